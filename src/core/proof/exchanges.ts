import { reportTrouble } from '../../platform/db-trouble.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { soon } from '../../platform/soon.ts'
import { countUp } from '../rollups/count.ts'
import { sampleOf } from './sample.ts'
import { putSamples } from './store/samples.ts'
import type { RefusalSampleRow } from './tables.ts'

/** What became of a legacy session that somebody brought. */
export type Exchange =
  /** `in_grace`: of a token that was over. `way`: `token`, `refresh` or `hook`; of `in_grace` none. */
  | { readonly kind: 'exchanged'; readonly way: 'token' | 'refresh' | 'hook' }
  | { readonly kind: 'in_grace' }
  /** `unclear`: nobody could say whether it was good, so nobody was refused. `token`: of which a sample is kept, without what opens anything. */
  | { readonly kind: 'refused' | 'unclear'; readonly reason: string; readonly token: string }

/** Count what became of a legacy session, and keep a sample of those that were refused. Waits for nothing. */
export function noteExchange(deps: Deps, appId: string, exchange: Exchange): void {
  const reason = 'reason' in exchange ? { reason: exchange.reason } : {}
  const way = 'way' in exchange ? { way: exchange.way } : {}
  countUp(deps, appId, 'exchange', { outcome: exchange.kind, ...way, ...reason })
  if (exchange.kind === 'refused') samples(deps).keep(appId, exchange.reason, exchange.token)
}

const WRITE_EVERY_MS = 1_000
const SLOTS = 5

/** The latest refusals of each reason that are yet to be written: few, however many there are. */
const samples = resident((deps: Deps) => {
  let waiting = new Map<string, RefusalSampleRow>()
  let nextSlot = 0
  const writing = soon(WRITE_EVERY_MS, write, reportTrouble(deps))

  async function write() {
    const rows = [...waiting.values()]
    waiting = new Map()
    if (rows.length > 0) await deps.transact((tx) => putSamples(tx, rows))
  }
  return {
    keep(appId: string, reason: string, token: string): void {
      nextSlot = (nextSlot + 1) % SLOTS
      const place = `${appId} ${reason} ${nextSlot}`
      // Whoever makes up tokens by the thousand has a few of them read.
      if (waiting.has(place)) return
      const now = deps.now()
      const detail = JSON.stringify(sampleOf(token, now))
      waiting.set(place, { app_id: appId, reason, slot: nextSlot, at: now, detail })
      writing.ask()
    },
    write: writing.now,
  }
})

/** Write the samples that this process has kept. Never rejects. */
export const writeSamples = (deps: Deps): Promise<void> => samples(deps).write()
