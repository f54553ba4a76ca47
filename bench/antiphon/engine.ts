import { join } from 'node:path'
import type { Setting } from '../subjects/subject.ts'
import { startDurablePostgres } from './postgres.ts'
import { type Antiphon, type AntiphonLaunch, startAntiphon } from './server.ts'

export const ENGINES = ['SQLite', 'PostgreSQL'] as const
export type Engine = (typeof ENGINES)[number]

/** Antiphon on one of its engines; `databasePid` is whose processes do the work of the database, when they are others. */
export type OnEngine = Antiphon & { readonly databasePid: number | undefined; readonly databaseUrl: string }

/** Starts Antiphon on a new database, durable as by default. */
export async function startOn(
  engine: Engine,
  { cpus, directory }: Pick<Setting, 'cpus' | 'directory'>,
  launch: Omit<AntiphonLaunch, 'databaseUrl' | 'cpus'> = {},
): Promise<OnEngine> {
  if (engine === 'SQLite') {
    const databaseUrl = `sqlite:${join(directory, 'antiphon.db')}`
    const antiphon = await startAntiphon({ ...launch, cpus, databaseUrl })
    return { ...antiphon, databaseUrl, databasePid: undefined }
  }
  const postgres = await startDurablePostgres(cpus.database)
  try {
    const antiphon = await startAntiphon({ ...launch, cpus, databaseUrl: postgres.url })
    const stop = () => antiphon.stop().finally(() => postgres.stop())
    return { ...antiphon, databaseUrl: postgres.url, databasePid: postgres.pid, stop }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}
