import { closeSync, existsSync, openSync, readSync, rmSync } from 'node:fs'
import { stderr } from 'node:process'
import { rfc3339, systemClock } from '../platform/clock.ts'
import { type Config, readConfig, type Variables } from '../platform/config.ts'
import { copySqlite, isIntact, isOpenElsewhere, replaceFile } from '../platform/db-copy.ts'
import { withTemporaryFolder } from '../platform/db-files.ts'
import { openLog } from '../platform/log.ts'
import { restoreLine } from './backup.ts'
import { describeFault, done, misconfigured, type Outcome, refused } from './outcome.ts'
import { nameOf, openReachable } from './process.ts'
import { checkCopy, describeFound, type Found } from './restore/check.ts'

export interface RestoreFlags {
  readonly check?: boolean
  readonly yes?: boolean
}

/** `antiphon restore`: see what a backup is worth, and put it in the place of the database. */
export async function restore(variables: Variables, source: string, flags: RestoreFlags): Promise<Outcome> {
  const read = readConfig(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  try {
    return flags.check ? await check(read.config, source) : await putInPlace(read.config, source, flags.yes === true)
  } catch (error) {
    const fault = describeFault(error)
    if (fault === undefined) throw error
    return refused(`${nameOf(source)} cannot be restored: ${fault}`)
  }
}

async function check(config: Config, source: string): Promise<Outcome> {
  const name = nameOf(source)
  const found = await examine(config, source)
  return 'kind' in found ? found : done({ source: name, ...found }, describeFound(name, found), !found.usable)
}

const isUrl = (source: string) => /^postgres(ql)?:\/\//.test(source)

const examine = (config: Config, source: string) =>
  isUrl(source) ? examineDatabase(config, source) : examineFile(config, source)

/** A PostgreSQL that a dump was brought into. It is written to, so it must be nobody's. */
async function examineDatabase(config: Config, url: string): Promise<Found | Outcome> {
  const opened = await openReachable({ ...config, databaseUrl: url }, openLog(config.logLevel, stderr))
  if (opened.kind !== 'open') return opened
  try {
    if (await opened.process.databaseHasOthers()) {
      return refused(`others are connected to ${nameOf(url)}: check a copy that nobody serves from`)
    }
    return await checkCopy(opened.process)
  } finally {
    await opened.process.close()
  }
}

const HOW_TO_CHECK_A_DUMP =
  'pg_restore it into an empty database of its own, and name that: restore --check postgres://…'

/** Whether `pg_dump --format=custom` wrote it. */
function isDump(file: string): boolean {
  const opened = openSync(file, 'r')
  try {
    const start = Buffer.alloc(5)
    readSync(opened, start, 0, start.length, 0)
    return start.toString('latin1') === 'PGDMP'
  } finally {
    closeSync(opened)
  }
}

/** A file stays as it is: a copy of it is looked at. */
async function examineFile(config: Config, file: string): Promise<Found | Outcome> {
  if (!existsSync(file)) return refused(`there is no file ${file}`)
  if (isDump(file)) return refused(`${file} is a dump of PostgreSQL: ${HOW_TO_CHECK_A_DUMP}`)
  if (!isIntact(file)) return refused(`${file} is damaged: its pages or indexes do not fit together`)
  return await withTemporaryFolder(async (folder) => {
    const path = `${folder}/copy.db`
    copySqlite(file, path)
    return await examineDatabase({ ...config, expectDatabase: false }, `sqlite:${path}`)
  })
}

/** Nothing changes unless the backup is good and nobody has the database open; what was there is put aside. */
async function putInPlace(config: Config, source: string, yes: boolean): Promise<Outcome> {
  const { databaseUrl } = config
  if (!databaseUrl.startsWith('sqlite:') || isUrl(source)) {
    return refused(`PostgreSQL has a tool of its own; into an empty database, run: ${restoreLine(databaseUrl, source)}`)
  }
  const path = databaseUrl.slice('sqlite:'.length)
  const isThere = existsSync(path)
  if (isOpenElsewhere(path)) return refused(`a server has ${path} open: stop it first`)
  if (isThere && !yes)
    return refused(`there is a database at ${path}: --yes puts it aside, and the backup in its place`)
  const found = await examine(config, source)
  if ('kind' in found) return found
  if (!found.usable) return done({ restored: false, ...found }, describeFound(source, found), true)
  const aside = isThere ? `${path}.before-${rfc3339(systemClock()).replaceAll(/[-:]/g, '')}` : null
  return exchange(path, source, aside)
}

function exchange(path: string, source: string, aside: string | null): Outcome {
  const next = `${path}.restoring`
  rmSync(next, { force: true })
  copySqlite(source, next)
  if (isOpenElsewhere(path)) {
    rmSync(next)
    return refused(`a server has ${path} open: stop it first`)
  }
  replaceFile(path, next, aside)
  const kept = aside === null ? '' : ` What was there is ${aside}: delete it once it is not needed.`
  return done(
    { restored: true, database: path, aside },
    `${path} is the backup now; \`antiphon serve\` migrates it.${kept}`,
  )
}
