import { pause } from '../../platform/clock.ts'
import { patient } from '../api/patient.ts'
import type { Ways } from '../api/target.ts'
import { type Calls, callsOf, type Import } from './calls.ts'

/** Where the imports of an application are, and who does their work. */
export interface Place {
  readonly calls: Calls
  /** Do for a moment what an import has to do, or wait for its server to do it. */
  readonly work: (one: Import) => Promise<void>
  /** How often to look meanwhile how far it is. */
  readonly lookEveryMs: number
}

const LOOK_HERE_EVERY_MS = 250
/** Each look is a request to somebody's server. */
const LOOK_THERE_EVERY_MS = 1_000

/** On a database of one's own no server needs to run: this process does the work. */
export const placeOf = ({ channel, own }: Ways, appId: string): Place =>
  own === undefined
    ? { calls: callsOf(patient(channel), appId), work: waiting(), lookEveryMs: LOOK_THERE_EVERY_MS }
    : {
        calls: callsOf(channel, appId),
        work: async (one) => await (await import('./work.ts')).work(own, appId, one),
        lookEveryMs: LOOK_HERE_EVERY_MS,
      }

/** A small file is loaded in a moment. */
const FIRST_WAIT_MS = 50

function waiting(): Place['work'] {
  let waitMs = FIRST_WAIT_MS
  return async () => {
    await pause(waitMs)
    waitMs = Math.min(LOOK_THERE_EVERY_MS, 2 * waitMs)
  }
}
