import manifest from '../../package.json' with { type: 'json' }
import { readConfig, type Variables } from '../platform/config.ts'
import { DEFAULT_DATABASE_URL } from '../platform/config-variables.ts'
import { openLog } from '../platform/log.ts'
import { onHangUp, stopOnSignals } from '../platform/signals.ts'
import { judgeVariables } from './doctor/variables.ts'
import { makeFirstKey } from './first-key.ts'
import { done, misconfigured, type Outcome } from './outcome.ts'
import { migrateDatabase, openReachable, prepareDatabase, start, withDatabase } from './process.ts'
import { rereading } from './reread.ts'

/** `antiphon serve`: migrate, listen, run jobs until told to stop. */
export async function serve(variables: Variables): Promise<Outcome> {
  const firstKey = makeFirstKey(variables, DEFAULT_DATABASE_URL)
  if (firstKey.kind === 'fault') return misconfigured([firstKey.fault])
  const read = readConfig(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  const log = openLog(read.config.logLevel)
  if (firstKey.kind === 'made')
    log.warn({ file: firstKey.file }, 'made the master key: keep a copy of it, apart from backups of the database')
  // It starts all the same: whoever misspelt the database has a new one, and reads why.
  for (const { what, mend } of judgeVariables(variables)) log.warn(`${what}. ${mend}`)
  const hangUp = onHangUp(log)
  const opened = await openReachable(read.config, log)
  if (opened.kind !== 'open') return opened
  const prepared = await prepareDatabase(opened.process)
  if (prepared.kind !== 'prepared') return prepared
  const started = await start(opened.process)
  if (started.kind === 'refused') return started

  stopOnSignals(started.running, log)
  const reread = rereading(opened.process, variables)
  hangUp(async () => {
    await started.running.renew()
    await reread()
  })
  // At every log level: whoever started the process waits for this line.
  log.child({}, { level: 'info' }).info({ address: started.running.address, version: manifest.version }, 'listening')
  return { kind: 'running' }
}

/** `antiphon migrate`: bring the schema up to date. */
export async function migrate(variables: Variables): Promise<Outcome> {
  return await withDatabase(variables, async (process) => {
    const migrated = await migrateDatabase(process)
    if (migrated.kind !== 'migrated') return migrated
    const { applied } = migrated
    return done({ applied }, applied.length === 0 ? 'The database is up to date.' : applied.join('\n'))
  })
}
