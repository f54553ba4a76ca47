import { stderr } from 'node:process'
import { openProcess, type Process, type Running, startServer } from '../main.ts'
import { type Config, readConfig, type Variables } from '../platform/config.ts'
import { ping } from '../platform/db.ts'
import { type Logger, openLog } from '../platform/log.ts'
import type { Pages } from '../server.ts'
import { describeFault, misconfigured, type Outcome, refused } from './outcome.ts'

type Refused = ReturnType<typeof refused>

/** Open the process and see whether its database answers. */
export async function openReachable(
  config: Config,
  log: Logger,
): Promise<{ kind: 'open'; process: Process } | Refused> {
  let process: Process | undefined
  try {
    process = openProcess(config, log)
    await ping(process.deps.db)
    return { kind: 'open', process }
  } catch (error) {
    await process?.close()
    // Drivers throw plain errors too, say for a connection that takes too long.
    const fault = describeFault(error) ?? (error as Error).message
    return refused(`the database ${nameOf(config.databaseUrl)} cannot be opened: ${fault}`)
  }
}

/** Apply what is missing of the schema. Answers the names of what was applied. */
export async function migrateDatabase(process: Process): Promise<{ kind: 'migrated'; applied: string[] } | Refused> {
  try {
    return { kind: 'migrated', applied: await process.migrate() }
  } catch (error) {
    const name = nameOf(process.deps.config.databaseUrl)
    return refusedBy(error, (fault) => `the database ${name} cannot be migrated: ${fault}`)
  }
}

/** Listen and run jobs. */
export async function start(
  process: Process,
  pages?: Pages,
): Promise<{ kind: 'started'; running: Running } | (Refused & { readonly code?: unknown })> {
  try {
    return { kind: 'started', running: await startServer(process, pages) }
  } catch (error) {
    return { ...refusedBy(error, (fault) => `cannot start: ${fault}`), code: (error as { code?: unknown }).code }
  }
}

function refusedBy(error: unknown, reason: (fault: string) => string): Refused {
  const fault = describeFault(error)
  if (fault === undefined) throw error
  return refused(reason(fault))
}

/** A database URL without the password, which nobody needs to read. */
function nameOf(url: string): string {
  if (!url.startsWith('postgres')) return url
  const { host, pathname } = URL.parse(url) ?? {}
  return host === undefined ? 'at ANTIPHON_DATABASE_URL' : `postgres://${host}${pathname}`
}

type Work = (process: Process) => Promise<Outcome>

/** Run a command on the configured database. Its log goes to standard error. */
export async function withDatabase(variables: Variables, work: Work): Promise<Outcome> {
  const read = readConfig(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  const opened = await openReachable(read.config, openLog(read.config.logLevel, stderr))
  if (opened.kind === 'refused') return opened
  try {
    return await work(opened.process)
  } finally {
    await opened.process.close()
  }
}

/** The same, refused when the schema lacks something: a command that only looks does not change it. */
export const withCurrentSchema = (variables: Variables, work: Work): Promise<Outcome> =>
  withDatabase(variables, async (process) => {
    const { length } = await process.pendingMigrations()
    return length === 0
      ? await work(process)
      : refused(`the database lacks ${length} migrations: run \`antiphon migrate\``)
  })

/** The same, with the schema brought up to date first. */
export const withMigratedSchema = (variables: Variables, work: Work): Promise<Outcome> =>
  withDatabase(variables, async (process) => {
    const migrated = await migrateDatabase(process)
    return migrated.kind === 'refused' ? migrated : await work(process)
  })
