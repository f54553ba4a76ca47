import { readConfig, type Variables } from '../../platform/config.ts'
import { supervise } from '../../platform/processes/supervisor.ts'
import { onHangUp, stopOnSignals, stopsWithin } from '../../platform/signals.ts'
import { misconfigured, type Outcome } from '../outcome.ts'
import { openServeLog, tellListening } from './log.ts'

/**
 * Have several processes serve, each of which does what `antiphon serve` does alone. This one opens no database and answers nobody. SIGHUP replaces
 * them one by one, by which secrets, certificates and an installed release come into use.
 */
export function serveBySeveral(variables: Variables): Outcome {
  const read = readConfig(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  const { processes = 1, drainSeconds } = read.config
  const log = openServeLog(read.config)
  const hangUp = onHangUp(log)
  const supervisor = supervise({
    processes,
    stopsWithinMs: stopsWithin(drainSeconds),
    log,
    onServing: (address) => tellListening(log, { address, processes }),
    onGivenUp: (code) => process.exit(code),
  })
  stopOnSignals(supervisor, log)
  hangUp(async () => {
    const again = readConfig(variables)
    if (again.kind === 'config') await supervisor.roll()
    else log.error({ faults: again.faults }, 'what the variables say now cannot be used: nothing has changed')
  })
  return { kind: 'running' }
}
