import { stderr } from 'node:process'
import type { Process } from '../main.ts'
import { type Config, readConfig, type Variables } from '../platform/config.ts'
import { isOpenElsewhere } from '../platform/db-copy.ts'
import {
  beginMove,
  type Digest,
  digestOf,
  endMove,
  leaveBehind,
  type Movable,
  moveTable,
  takeBack,
} from '../platform/db-move.ts'
import { openLog } from '../platform/log.ts'
import { countRows, tablesOf } from '../platform/migrate.ts'
import { migrations } from '../server.ts'
import { describeFault, done, misconfigured, misused, type Outcome, refused } from './outcome.ts'
import { isMissingFile, migrateDatabase, nameOf, openReachable, type Stopped } from './process.ts'

const TABLES: readonly Movable[] = [...tablesOf(migrations)].map(([name, key]) => ({ name, key }))

/** `antiphon move --undo`: a database that was moved, or was about to be, is served again. */
export async function undoMove(variables: Variables): Promise<Outcome> {
  const read = readConfig(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  const { databaseUrl, logLevel } = read.config
  const name = nameOf(databaseUrl)
  if (isMissingFile(databaseUrl)) return refused(`there is no database at ${name}`)
  const opened = await openReachable(read.config, openLog(logLevel, stderr), 'away')
  if (opened.kind !== 'open') return opened
  try {
    if ((await opened.process.findMove()) === undefined) return refused(`${name} was not moved`)
    await takeBack(opened.process.deps)
    return done({ database: name }, `${name} may be served again. It knows nothing of what happened elsewhere.`)
  } finally {
    await opened.process.close()
  }
}

/** `antiphon move`: everything into another database, whichever engine either has. Nobody may serve from the two meanwhile. */
export async function move(variables: Variables, to: string | undefined): Promise<Outcome> {
  if (to === undefined) return misused('--to: names the database to move everything into')
  const read = readConfig(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  const target = readConfig({ ...variables, ANTIPHON_DATABASE_URL: to, ANTIPHON_DATABASE_URL_FILE: undefined })
  if (target.kind === 'faults') return refused(target.faults.join('; ').replace('ANTIPHON_DATABASE_URL', '--to'))
  const { databaseUrl } = read.config
  if (databaseUrl === to) return misused('--to: is the database that it is to be moved from')
  if (isMissingFile(databaseUrl)) return refused(`there is no database at ${nameOf(databaseUrl)}`)
  try {
    return await moveBetween(read.config, { ...target.config, expectDatabase: false })
  } catch (error) {
    const fault = describeFault(error)
    if (fault === undefined) throw error
    return refused(
      `the move was broken off, run it again, or serve from where it began after \`antiphon move --undo\`: ${fault}`,
    )
  }
}

async function moveBetween(source: Config, target: Config): Promise<Outcome> {
  const inUse = [source, target].find(({ databaseUrl }) => isFileOpen(databaseUrl))
  if (inUse) return isInUse(inUse.databaseUrl)
  const refusal = await withBoth(source, target, prepare)
  if (refusal) return refusal
  // Who began to serve before the source said that it is left behind may write still; who begins now does not.
  const isLate = isFileOpen(source.databaseUrl)
  return await withBoth(source, target, async (from, to) => {
    const late = isLate ? isInUse(source.databaseUrl) : await findInUse(from, to)
    if (!late) return await moveTables(from, to)
    await takeBack(from.deps)
    return late
  })
}

async function withBoth<T>(
  source: Config,
  target: Config,
  work: (from: Process, to: Process) => Promise<T>,
): Promise<T | Stopped> {
  const from = await openReachable(source, openLog(source.logLevel, stderr), 'away')
  if (from.kind !== 'open') return from
  try {
    const to = await openReachable(target, openLog(target.logLevel, stderr), 'into')
    if (to.kind !== 'open') return to
    try {
      return await work(from.process, to.process)
    } finally {
      await to.process.close()
    }
  } finally {
    await from.process.close()
  }
}

const isFileOpen = (url: string) => url.startsWith('sqlite:') && isOpenElsewhere(url.slice('sqlite:'.length))

const isInUse = (url: string) => refused(`others have ${nameOf(url)} open: stop every server first`)

async function findInUse(from: Process, to: Process): Promise<Outcome | undefined> {
  for (const { databaseHasOthers, deps } of [from, to]) {
    if (await databaseHasOthers()) return isInUse(deps.config.databaseUrl)
  }
  return undefined
}

/** Say in both that they are under way: from here on nobody else opens them. Answers why not. */
async function prepare(from: Process, to: Process): Promise<Outcome | undefined> {
  const { databaseUrl: toUrl } = to.deps.config
  const inUse = await findInUse(from, to)
  if (inUse) return inUse
  const { length } = await from.pendingMigrations()
  if (length > 0) return refused(`the database lacks ${length} migrations: run \`antiphon migrate\``)
  if ((await to.findMove()) === undefined) {
    if (await isInhabited(to))
      return refused(`there is something in ${nameOf(toUrl)} already: it is moved into an empty one`)
    const migrated = await migrateDatabase(to, false)
    if (migrated.kind !== 'migrated') return migrated
    await beginMove(to.deps, to.deps.now())
  }
  const migrated = await migrateDatabase(to, false)
  if (migrated.kind !== 'migrated') return migrated
  await leaveBehind(from.deps, from.deps.now())
  return undefined
}

/** Whether somebody made an application or a key there. */
async function isInhabited(to: Process): Promise<boolean> {
  const { length } = await to.pendingMigrations()
  if (length === migrations.length) return false
  return (await countRows(to.deps.db, 'applications')) + (await countRows(to.deps.db, 'api_keys')) > 0
}

async function moveTables(from: Process, to: Process): Promise<Outcome> {
  const digests: Digest[] = []
  for (const table of TABLES) {
    const digest = await moveTable(from.deps.db, to.deps, table)
    if (!digest) return changed(from, table)
    digests.push(digest)
  }
  for (const [i, table] of TABLES.entries()) {
    if ((await digestOf(from.deps.db, table)).sum !== digests[i]?.sum) return changed(from, table)
  }
  await endMove(to.deps)
  const name = nameOf(to.deps.config.databaseUrl)
  const rows = digests.reduce((sum, digest) => sum + digest.rows, 0)
  const plain = `${TABLES.length} tables with ${rows} rows are in ${name}, and compared. Set ANTIPHON_DATABASE_URL to it and serve; keep the master key.`
  return done({ to: name, tables: TABLES.length, rows }, plain)
}

const changed = ({ deps }: Process, { name }: Movable) =>
  refused(`${name} changed in ${nameOf(deps.config.databaseUrl)} meanwhile: stop every server, and run it again`)
