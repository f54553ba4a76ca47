import { changeMasterKeys, type KeyChange } from '../core/master-key/change.ts'
import type { Process } from '../main.ts'
import { readConfig, readGiven, type Variables } from '../platform/config.ts'
import { keySetOf } from '../platform/key-set.ts'
import { sealedColumns } from '../server.ts'
import { describeMissing, notOurs } from './process.ts'

const MASTER_KEYS = ['ANTIPHON_MASTER_KEY', 'ANTIPHON_MASTER_KEY_PREVIOUS']
const DATABASE = 'ANTIPHON_DATABASE_URL'

/**
 * How to read again what the variables of a running process say, of which those in files may have changed since it was `started` with them. The master keys and the password of the
 * database are used from then on; what else has changed waits for a restart. What cannot be used changes nothing. Says in one line of the log what
 * came of it, by the names of variables alone.
 */
export function rereading(process: Process, variables: Variables, started: Variables): () => Promise<void> {
  const { log } = process.deps
  let used = started

  async function reread() {
    const read = readConfig(variables)
    const faults = read.kind === 'faults' ? read.faults : []
    const given = readGiven(variables)
    const changed = [...new Set([...Object.keys(used), ...Object.keys(given)])].filter(
      (name) => used[name] !== given[name],
    )
    if (read.kind === 'config' && changed.some((name) => MASTER_KEYS.includes(name))) {
      const { masterKey, previousMasterKeys } = read.config
      const change = await changeMasterKeys(process.deps, sealedColumns, keySetOf(masterKey, previousMasterKeys))
      faults.push(...faultsOf(change, process))
    }
    if (faults.length > 0)
      return log.error({ faults }, 'what the variables say now cannot be used: nothing has changed')
    const isReached = read.kind === 'config' && changed.includes(DATABASE) && process.reach(read.config.databaseUrl)
    const inUse = changed.filter((name) => MASTER_KEYS.includes(name) || (name === DATABASE && isReached))
    const restart = changed.filter((name) => !inUse.includes(name))
    used = { ...used, ...Object.fromEntries(inUse.map((name) => [name, given[name]])) }
    if (restart.length > 0)
      log.warn({ changed: inUse, restart }, 'the variables were read again: some are used after a restart alone')
    else log.info({ changed: inUse }, 'the variables were read again')
  }
  return () => reread().catch((error: unknown) => log.error({ err: error }, 'the variables could not be read again'))
}

function faultsOf(change: KeyChange, { deps }: Process): string[] {
  if (change.kind === 'needed') return describeMissing(change.missing)
  return change.kind === 'stranger' ? [notOurs(deps.config.databaseUrl)] : []
}
