import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDurablePostgres } from '../antiphon/postgres.ts'
import { startAntiphon } from '../antiphon/server.ts'
import { seedSessions } from '../antiphon/sessions.ts'
import type { Running, Setting, Subject } from './subject.ts'

const BOUND = fileURLToPath(new URL('../bound.ts', import.meta.url))

/** Refresh with the storage call cut out. */
export const antiphonBound: Subject = {
  name: 'Antiphon refresh, no storage (the bound)',
  start: (setting) =>
    startRefresh(antiphonBound.name, setting, `sqlite:${join(setting.directory, 'bound.db')}`, undefined, [BOUND]),
}

/** Refresh on SQLite, WAL, synchronous=FULL. */
export const antiphonSqlite: Subject = {
  name: 'Antiphon refresh, SQLite',
  start: (setting) => startRefresh(antiphonSqlite.name, setting, `sqlite:${join(setting.directory, 'antiphon.db')}`),
}

/** Refresh on a PostgreSQL with its own durable settings. */
export const antiphonPostgres: Subject = {
  name: 'Antiphon refresh, PostgreSQL',
  async start(setting) {
    const postgres = await startDurablePostgres(setting.cpus.database)
    try {
      const running = await startRefresh(antiphonPostgres.name, setting, postgres.url, postgres.pid)
      return { drive: running.drive, stop: () => running.stop().finally(() => postgres.stop()) }
    } catch (error) {
      await postgres.stop()
      throw error
    }
  },
}

async function startRefresh(
  name: string,
  setting: Setting,
  databaseUrl: string,
  databasePid?: number,
  argv?: readonly [string],
): Promise<Running> {
  const { server, host, stop } = await startAntiphon({ databaseUrl, cpus: setting.cpus, ...(argv && { argv }) })
  try {
    const sessions = await seedSessions(server.address, host, setting.clients)
    await setting.generator.open(name, server.address, { kind: 'refresh', host, sessions }, setting.clients)
  } catch (error) {
    await stop()
    throw error
  }
  return { drive: (seconds) => setting.generator.drive(name, seconds, server.pid, databasePid), stop }
}
