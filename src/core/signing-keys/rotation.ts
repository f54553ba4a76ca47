import type { KeyPurpose } from './tables.ts'

const HOUR_MS = 3_600_000

/** When keys change, in milliseconds. */
export interface KeySchedule {
  /** How long a key signs. */
  readonly periodMs: number
  /** How long a key is published before it signs, so that every verifier has seen it. */
  readonly leadMs: number
  /** How long a key stays published after it last signed: longer than any token lives. */
  readonly tailMs: number
}

const DAY_MS = 24 * HOUR_MS

export const KEY_SCHEDULE: KeySchedule = { periodMs: 90 * DAY_MS, leadMs: DAY_MS, tailMs: 2 * DAY_MS }

/** A webhook is tried for 14 days: who put its body in a queue of its own verifies what was signed then. */
const WEBHOOK_SCHEDULE: KeySchedule = { ...KEY_SCHEDULE, tailMs: 15 * DAY_MS }

/** When the keys of a purpose change. */
export const scheduleOf = (purpose: KeyPurpose): KeySchedule =>
  purpose === 'webhook' ? WEBHOOK_SCHEDULE : KEY_SCHEDULE

export interface KeyTimes {
  readonly generation: number
  readonly activates_at: number
}

export interface KeyPlan<K extends KeyTimes> {
  /** Signs now. */
  readonly signing: K | undefined
  /** To be shown in the JWKS, the signing one first. */
  readonly published: readonly K[]
  /** To be made now. */
  readonly next: KeyTimes | undefined
  /** To be deleted: no live token was signed by them. */
  readonly retired: readonly K[]
}

/** Decide which key of one purpose signs, which are shown, and whether one is to be made. Keys in the order of their generations. */
export function planKeys<K extends KeyTimes>(keys: readonly K[], now: number, schedule: KeySchedule): KeyPlan<K> {
  const latest = keys.at(-1)
  if (!latest) return { signing: undefined, published: [], next: { generation: 1, activates_at: now }, retired: [] }
  const signing = keys.findLast((key) => key.activates_at <= now) ?? keys[0]
  const isRetired = (_: K, i: number) => {
    const successor = keys[i + 1]
    return successor !== undefined && successor.activates_at + schedule.tailMs <= now
  }
  const published = keys.filter((key, i) => key !== signing && !isRetired(key, i))
  const due = latest.activates_at + schedule.periodMs - schedule.leadMs
  return {
    signing,
    published: signing ? [signing, ...published] : published,
    next: due <= now ? { generation: latest.generation + 1, activates_at: now + schedule.leadMs } : undefined,
    retired: keys.filter(isRetired),
  }
}
