import { inBatches } from '../../platform/batches.ts'
import type { Deps } from '../../platform/deps.ts'
import { planKeys, scheduleOf } from './rotation.ts'
import { type KeyAge, listKeyAges } from './store.ts'
import type { KeyPurpose } from './tables.ts'

/** Unix ms. */
export interface Ages {
  /** Since when the oldest key signs. */
  readonly oldest: number
  /** When the first of them is followed by another. */
  readonly next: number
}

const BATCH = 1_000

/** Tell by metrics how old the keys are that sign, and when the next ones do, of all applications. */
export async function lookAtKeys(deps: Deps): Promise<void> {
  const { oldestKey, nextKey } = deps.metrics
  const found = await agesOf(
    inBatches<KeyAge>(BATCH, (after, limit) => listKeyAges(deps.db, after, limit)),
    deps.now(),
  )
  oldestKey.reset()
  nextKey.reset()
  for (const [purpose, { oldest, next }] of found) {
    oldestKey.set({ purpose }, oldest / 1000)
    nextKey.set({ purpose }, next / 1000)
  }
}

/** By purpose. `keys`: those of one application, purpose and algorithm after one another, by generation. */
export async function agesOf(keys: AsyncIterable<KeyAge>, now: number): Promise<Map<KeyPurpose, Ages>> {
  const found = new Map<KeyPurpose, Ages>()
  let ring: KeyAge[] = []
  const close = () => {
    const [first] = ring
    if (!first) return
    const { oldest, next } = ageOf(ring, now)
    const known = found.get(first.purpose)
    found.set(first.purpose, {
      oldest: Math.min(oldest, known?.oldest ?? oldest),
      next: Math.min(next, known?.next ?? next),
    })
  }
  for await (const key of keys) {
    if (ring[0] && nameOf(ring[0]) !== nameOf(key)) {
      close()
      ring = []
    }
    ring.push(key)
  }
  close()
  return found
}

const nameOf = ({ app_id, purpose, alg }: KeyAge) => `${app_id}/${purpose}/${alg}`

function ageOf(ring: readonly KeyAge[], now: number): Ages {
  const schedule = scheduleOf(ring[0]?.purpose ?? 'access_token')
  const since = planKeys(ring, now, schedule).signing?.activates_at ?? now
  const next = ring.find(({ activates_at }) => activates_at > Math.max(since, now))
  return { oldest: since, next: next?.activates_at ?? since + schedule.periodMs }
}
