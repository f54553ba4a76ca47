import { existsSync } from 'node:fs'
import { stderr } from 'node:process'
import { sealedIn } from '../core/master-key/boxes/count.ts'
import { claimDatabase, masterKeyFits } from '../core/master-key/canary.ts'
import { loadKeptKeys } from '../core/master-key/kept.ts'
import { listMissing, type MissingKey } from '../core/master-key/status.ts'
import { type Extras, openProcess, type Process, type Running, startServer } from '../main.ts'
import { type Config, readConfig, type Variables } from '../platform/config.ts'
import { ping } from '../platform/db.ts'
import { isTrouble } from '../platform/db-fault.ts'
import { UnusablePath } from '../platform/db-files.ts'
import type { Deps } from '../platform/deps.ts'
import { type Logger, openLog } from '../platform/log.ts'
import { THIS_RELEASE } from '../platform/releases.ts'
import { migrations, sealedColumns } from '../server.ts'
import { describeFault, misconfigured, type Outcome, refused } from './outcome.ts'

type Refused = ReturnType<typeof refused>
export type Stopped = Refused | ReturnType<typeof misconfigured>

/** Open the process and see whether its database answers, and is none that a later release made its own. */
export async function openReachable(
  config: Config,
  log: Logger,
  takesMoved?: 'into' | 'away',
): Promise<{ kind: 'open'; process: Process } | Stopped> {
  if (config.expectDatabase && isMissingFile(config.databaseUrl)) return missing(nameOf(config.databaseUrl))
  let process: Process | undefined
  try {
    process = openProcess(config, log)
    await ping(process.deps.db)
    const move = await process.findMove()
    if (move !== undefined && move !== takesMoved) {
      await process.close()
      return refused(move === 'into' ? movedInto(nameOf(config.databaseUrl)) : movedAway(nameOf(config.databaseUrl)))
    }
    const tooNew = await process.findTooNewRelease()
    if (tooNew === undefined) return { kind: 'open', process }
    await process.close()
    return refused(
      `the database ${nameOf(config.databaseUrl)} is of a future release: it was migrated by schema release ${tooNew}, and this one knows ${THIS_RELEASE}, so start that release, or restore a backup from before`,
    )
  } catch (error) {
    await process?.close()
    if (error instanceof UnusablePath) return misconfigured([`ANTIPHON_DATABASE_URL: ${error.message}`])
    // Drivers throw plain errors too.
    const fault = describeFault(error) ?? (error as Error).message
    return refused(`the database ${nameOf(config.databaseUrl)} cannot be opened: ${fault}`)
  }
}

const movedInto = (name: string) =>
  `a database is being moved into ${name}, and not all of it is there: run \`antiphon move\` to its end`

const movedAway = (name: string) =>
  `${name} was moved into another database, or is being moved: serve that one; \`antiphon move --undo\` gives this one back, without what was written to the other since`

/** Whether to open a database would make its file. */
export const isMissingFile = (url: string) => url.startsWith('sqlite:') && !existsSync(url.slice('sqlite:'.length))

/** Apply what is missing of the schema, all of it only where that is allowed. Answers the names of what was applied. */
export async function migrateDatabase(
  process: Process,
  tellOfNew = true,
): Promise<{ kind: 'migrated'; applied: string[] } | Stopped> {
  const { config, log } = process.deps
  const name = nameOf(config.databaseUrl)
  try {
    const pending = await process.pendingMigrations()
    const isNew = pending.length === migrations.length
    if (isNew && config.expectDatabase) return missing(name)
    const applied = await process.migrate()
    // Of several processes that begin with nothing, the one that began.
    if (tellOfNew && isNew && applied[0] === migrations[0]?.name) log.warn(`a new database was made at ${name}`)
    return { kind: 'migrated', applied }
  } catch (error) {
    return refusedBy(error, (fault) => `the database ${name} cannot be migrated: ${fault}`)
  }
}

const missing = (name: string) =>
  misconfigured([
    `ANTIPHON_EXPECT_DATABASE: there is no database of Antiphon at ${name}; is a volume not mounted, or the URL another one?`,
  ])

/** The same, and see whether the master key is the one that this database was made with. */
export async function prepareDatabase(process: Process): Promise<{ kind: 'prepared' } | Stopped> {
  const migrated = await migrateDatabase(process)
  if (migrated.kind !== 'migrated') return migrated
  const { deps } = process
  const lacking = await findLacking(deps)
  if (lacking.length > 0) return misconfigured(lacking)
  if (await claimDatabase(deps)) return { kind: 'prepared' }
  return misconfigured([notOurs(deps.config.databaseUrl)])
}

/** What to say of master keys that something in the database hangs on, and that are not given although the key of the database is. */
export const findLacking = async (deps: Deps): Promise<string[]> =>
  (await masterKeyFits(deps)()) ? describeMissing(await listMissing(deps, sealedColumns)) : []

export const notOurs = (databaseUrl: string): string =>
  `ANTIPHON_MASTER_KEY: is not the key that the database ${nameOf(databaseUrl)} was made with`

/** Keys that were taken away too early. */
export const describeMissing = (missing: readonly MissingKey[]): string[] =>
  missing.map(
    (key) =>
      `ANTIPHON_MASTER_KEY_PREVIOUS: lacks the key ${key.id}, on which ${sealedIn(key)} sealed values and ${key.sessions} sessions still hang: put it back until \`antiphon keys master status\` says that it may go`,
  )

const MEND_OF_TAKEN =
  ': stop what listens there, or choose another address (ANTIPHON_LISTEN, and ANTIPHON_METRICS_LISTEN for the metrics)'

/** Listen and run jobs. */
export async function start(
  process: Process,
  extras?: Extras,
): Promise<{ kind: 'started'; running: Running } | (Refused & { readonly code?: unknown })> {
  try {
    return { kind: 'started', running: await startServer(process, extras) }
  } catch (error) {
    const { code } = error as { code?: unknown }
    const mend = code === 'EADDRINUSE' ? MEND_OF_TAKEN : ''
    return { ...refusedBy(error, (fault) => `cannot start: ${fault}${mend}`), code }
  }
}

function refusedBy(error: unknown, reason: (fault: string) => string): Refused {
  const fault = describeFault(error)
  if (fault === undefined) throw error
  return refused(reason(fault))
}

/** A database URL without the password, which nobody needs to read. */
export function nameOf(url: string): string {
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
  if (opened.kind !== 'open') return opened
  try {
    return await work(opened.process)
  } catch (error) {
    if (!isTrouble(error)) throw error
    return refused(`the database ${nameOf(read.config.databaseUrl)} has trouble: ${describeFault(error) ?? error}`)
  } finally {
    await opened.process.close()
  }
}

/** The same, refused when the schema lacks something: a command that only looks does not change it. */
export const withCurrentSchema = (variables: Variables, work: Work): Promise<Outcome> =>
  withDatabase(variables, async (process) => {
    const { length } = await process.pendingMigrations()
    if (length > 0) return refused(`the database lacks ${length} migrations: run \`antiphon migrate\``)
    await loadKeptKeys(process.deps)
    return await work(process)
  })

/** The same, with the schema brought up to date first, and with the right master key: such commands seal. */
export const withMigratedSchema = (variables: Variables, work: Work): Promise<Outcome> =>
  withDatabase(variables, async (process) => {
    const prepared = await prepareDatabase(process)
    return prepared.kind === 'prepared' ? await work(process) : prepared
  })
