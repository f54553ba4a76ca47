import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Manage } from '../antiphon/management.ts'
import { startDurablePostgres } from '../antiphon/postgres.ts'
import { startAntiphon } from '../antiphon/server.ts'
import { seedSessions } from '../antiphon/sessions.ts'
import type { Running, Setting, Subject } from './subject.ts'

const BOUND = fileURLToPath(new URL('../bound.ts', import.meta.url))

/** Refresh with the storage call cut out. */
export const antiphonBound: Subject = {
  name: 'Antiphon refresh, no storage (the bound)',
  start: (setting) =>
    startRefresh(antiphonBound.name, setting, `sqlite:${join(setting.directory, 'bound.db')}`, { argv: [BOUND] }),
}

/** What is done with an application, where people can be signed in by `seed`, before its refreshes are measured. */
export type Equip = (manage: Manage, seed: () => Promise<unknown>) => Promise<void>

/** Refresh on SQLite, WAL, synchronous=FULL. */
export const sqliteRefresh = (name: string, equip?: Equip): Subject => ({
  name,
  start: (setting) =>
    startRefresh(name, setting, `sqlite:${join(setting.directory, `${name.replaceAll(/\W+/g, '-')}.db`)}`, { equip }),
})

/** Refresh on a PostgreSQL with its own durable settings. */
export const postgresRefresh = (name: string, equip?: Equip): Subject => ({
  name,
  async start(setting) {
    const postgres = await startDurablePostgres(setting.cpus.database)
    try {
      const running = await startRefresh(name, setting, postgres.url, { databasePid: postgres.pid, equip })
      return { drive: running.drive, stop: () => running.stop().finally(() => postgres.stop()) }
    } catch (error) {
      await postgres.stop()
      throw error
    }
  },
})

/** Refresh on SQLite by a release that was built: `command` is its `antiphon.js`. */
export const releaseRefresh = (name: string, command: string): Subject => ({
  name,
  start: (setting) =>
    startRefresh(name, setting, `sqlite:${join(setting.directory, `${name.replaceAll(/\W+/g, '-')}.db`)}`, { command }),
})

export const antiphonSqlite = sqliteRefresh('Antiphon refresh, SQLite')
export const antiphonPostgres = postgresRefresh('Antiphon refresh, PostgreSQL')

interface Refreshing {
  readonly databasePid?: number
  readonly argv?: readonly [string]
  readonly command?: string
  readonly equip?: Equip | undefined
}

async function startRefresh(
  name: string,
  setting: Setting,
  databaseUrl: string,
  { databasePid, argv, command, equip }: Refreshing,
): Promise<Running> {
  const { server, host, manage, stop } = await startAntiphon({
    databaseUrl,
    cpus: setting.cpus,
    ...(argv && { argv }),
    ...(command && { command }),
  })
  try {
    const seed = () => seedSessions(server.address, host, setting.clients)
    await equip?.(manage, seed)
    await setting.generator.open(
      name,
      server.address,
      { kind: 'refresh', host, sessions: await seed() },
      setting.clients,
    )
  } catch (error) {
    await stop()
    throw error
  }
  return { drive: (seconds) => setting.generator.drive(name, seconds, server.pid, databasePid), stop }
}
