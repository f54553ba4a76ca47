const HOUR_MS = 3_600_000
/** Clocks that are no further apart than this agree. */
const AGREE_MS = 60_000
/** How fast a time server may turn a clock without setting it; chrony does 8 %. */
const SLEW = 0.1

/** What two clocks of this process, and that of the database, have said of each other. All in ms. */
export interface Clocks {
  readonly wallMs: number
  readonly monotonicMs: number
  /** How far the wall clock has been set since it was last believed; forward is positive. */
  readonly jumpMs: number
  /** When it was last set, by the monotonic clock. */
  readonly jumpedAt: number
  /** How far the wall clock is ahead of the database's; undefined where that is the same clock. */
  readonly gapMs: number | undefined
}

export const firstLook = (wallMs: number, monotonicMs: number): Clocks => ({
  wallMs,
  monotonicMs,
  jumpMs: 0,
  jumpedAt: monotonicMs,
  gapMs: undefined,
})

/** Look at both clocks again. What they differ by beyond a slew, somebody has set. An hour later a clock is believed whatever it was set to. */
export function lookAgain(before: Clocks, wallMs: number, monotonicMs: number): Clocks {
  const passedMs = monotonicMs - before.monotonicMs
  const differenceMs = wallMs - before.wallMs - passedMs
  const isSet = Math.abs(differenceMs) > Math.min(AGREE_MS, 1_000 + SLEW * passedMs)
  const jumpedAt = isSet ? monotonicMs : before.jumpedAt
  const jumpMs = isSet ? before.jumpMs + differenceMs : before.jumpMs
  const gapMs = before.gapMs === undefined || !isSet ? before.gapMs : before.gapMs + differenceMs
  return { wallMs, monotonicMs, jumpMs: monotonicMs - jumpedAt >= HOUR_MS ? 0 : jumpMs, jumpedAt, gapMs }
}

const agree = (differenceMs: number) => Math.abs(differenceMs) <= AGREE_MS

/** How far the wall clock is from what it should say: by the database's clock, where it has one of its own. */
export const differenceOf = ({ gapMs, jumpMs }: Clocks): number => gapMs ?? jumpMs

/** Whether a process may go by its wall clock. */
export const isBelieved = (clocks: Clocks): boolean => agree(differenceOf(clocks))

/** Whether the wall clock may decide what cannot be undone: nobody contradicts it. */
export const isUndisputed = ({ gapMs, jumpMs }: Clocks): boolean => agree(gapMs ?? 0) && agree(jumpMs)

export type Standing = 'believed' | 'disputed' | 'wrong'

export const standingOf = (clocks: Clocks): Standing => {
  if (!isBelieved(clocks)) return 'wrong'
  return isUndisputed(clocks) ? 'believed' : 'disputed'
}

/** What the wall clock should say; what it does say, when it is believed. */
export const timeOf = (clocks: Clocks): number =>
  isBelieved(clocks) ? clocks.wallMs : clocks.wallMs - differenceOf(clocks)
