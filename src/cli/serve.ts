import { judgeRoom } from '../core/findings/database.ts'
import type { Process, Running } from '../main.ts'
import { readConfig, readGiven, type Variables } from '../platform/config.ts'
import { DEFAULT_DATABASE_URL } from '../platform/config-variables.ts'
import { giveBackSoon } from '../platform/give-back.ts'
import type { Logger } from '../platform/log.ts'
import { findLink, type Link } from '../platform/processes/link.ts'
import { onHangUp, stopOnSignals } from '../platform/signals.ts'
import { makeFirstKey } from './first-key.ts'
import { done, misconfigured, type Outcome } from './outcome.ts'
import { migrateDatabase, openReachable, prepareDatabase, start, withDatabase } from './process.ts'
import { rereading } from './reread.ts'
import { openServeLog, tellListening } from './serve/log.ts'
import { judgeVariables } from './variables.ts'

/** `antiphon serve` by one process: migrate, listen, run jobs until told to stop. It may be one of several beneath a supervisor. */
export async function serve(variables: Variables): Promise<Outcome> {
  const firstKey = makeFirstKey(variables, DEFAULT_DATABASE_URL)
  if (firstKey.kind === 'fault') return misconfigured([firstKey.fault])
  const given = readGiven(variables)
  const read = readConfig(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  const log = openServeLog(read.config)
  if (firstKey.kind === 'made')
    log.warn({ file: firstKey.file }, 'made the master key: keep a copy of it, apart from backups of the database')
  const supervisor = findLink()
  const isFirst = supervisor?.isFirst ?? true
  // It starts all the same: whoever misspelt the database has a new one, and reads why.
  if (isFirst) for (const { what, mend } of judgeVariables(variables)) log.warn(`${what}. ${mend}`)
  const hangUp = onHangUp(log)
  const opened = await openReachable(read.config, log)
  if (opened.kind !== 'open') return opened
  const prepared = await prepareDatabase(opened.process)
  if (prepared.kind !== 'prepared') return prepared
  if (isFirst) await tellRoom(opened.process)
  const started = await start(opened.process)
  if (started.kind === 'refused') return started

  const stop = stopOnSignals(started.running, log)
  const reread = rereading(opened.process, variables, given)
  hangUp(async () => {
    await started.running.renew()
    await reread()
  })
  if (supervisor === undefined) tellListening(log, { address: started.running.address })
  else takePart(supervisor, started.running, stop, log)
  giveBackSoon(opened.process.deps)
  return { kind: 'running' }
}

/** Say how many connections all processes may have, and whether that is too many. */
async function tellRoom({ deps: { log, config, databaseRoom } }: Process): Promise<void> {
  for (const { level, what, mend } of judgeRoom(config, await databaseRoom())) {
    if (level !== 'ok') log.warn(`${what}. ${mend}`)
    else if (config.processes !== undefined) log.info(what)
  }
}

/** One of several: the supervisor says when all listen, and when to leave. */
function takePart(supervisor: Link, { address }: Running, stop: (isReplaced: boolean) => void, log: Logger): void {
  supervisor.onEnd((why) => {
    if (why === 'orphaned') log.error('the supervisor is gone: nobody brings connections any more')
    stop(why === 'replaced')
  })
  log.info('takes requests')
  supervisor.ready(address)
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
