import { type Deps, resident } from '../deps.ts'
import {
  type Clocks,
  differenceOf,
  firstLook,
  isBelieved,
  isUndisputed,
  lookAgain,
  standingOf,
  timeOf,
} from './clocks.ts'
import { findTimeMark, putTimeMark } from './mark.ts'

const HOUR_MS = 3_600_000
const ASK_EVERY_MS = 10_000
const MARK_EVERY_MS = 60_000

/**
 * The time that a process goes by where the wall clock alone is not to be believed: it may be wrong, or set at any moment. The monotonic
 * clock says when it was set; what it should say is told by the clock of the database or, where that is the same one, by the highest time
 * that was seen before this process. Its times are whole milliseconds, though monotonic clocks count parts of them: databases store no others.
 */
export const trustedTime = resident((deps: Deps) => {
  const startedAt = deps.monotonic()
  let clocks = firstLook(deps.now(), startedAt)
  let standing = standingOf(clocks)
  let askedAt = Number.NEGATIVE_INFINITY
  let mark: { readonly seenAt: number; readonly readAt: number } | undefined

  function look(): Clocks {
    clocks = lookAgain(clocks, deps.now(), deps.monotonic())
    const before = standing
    standing = standingOf(clocks)
    if (standing !== before) tell(deps, clocks)
    return clocks
  }
  async function ask(): Promise<void> {
    askedAt = deps.monotonic()
    const before = deps.now()
    const theirs = await deps.databaseClock()
    // The way there and back is halved.
    if (theirs !== undefined) clocks = { ...look(), gapMs: (before + deps.now()) / 2 - theirs }
    else mark ??= await readMark(deps)
    look()
  }
  /** Whether this process has run for so long that what those before it saw says nothing any more. */
  const isSettled = () => deps.monotonic() - startedAt >= HOUR_MS
  /** The highest time that may be believed on the word of those before us: what they saw, and what has passed since. */
  const ceiling = () => (mark && !isSettled() ? mark.seenAt + deps.monotonic() - mark.readAt : Number.POSITIVE_INFINITY)

  async function note(time: number): Promise<void> {
    if (!mark || clocks.gapMs !== undefined) return
    const ahead = time - mark.seenAt
    if ((isSettled() ? Math.abs(ahead) : ahead) < MARK_EVERY_MS) return
    await deps.transact((tx) => putTimeMark(tx, time))
    mark = { seenAt: time, readAt: deps.monotonic() }
  }
  return {
    /** Ask the database. To be awaited before a process serves. */
    ask,
    /** Unix ms: for what is stored for this server alone and read by its other processes. */
    now: (): number => Math.floor(timeOf(look())),
    /** Whether something is over that ends at this time, Unix ms: both times say so. */
    isOver: (endsAt: number): boolean => Math.min(deps.now(), timeOf(look())) >= endsAt,
    /** Whether the wall clock is no more than a minute wrong, as far as anybody can tell. Waits for nothing; somebody asks the database now and then. */
    isBelieved(): boolean {
      if (deps.monotonic() - askedAt >= ASK_EVERY_MS) ask().catch(() => {})
      return isBelieved(look())
    },
    /** The time by which rows may be deleted for good, Unix ms; undefined while the clocks contradict each other. */
    async forDeletion(): Promise<number | undefined> {
      await ask()
      if (!isUndisputed(clocks)) return undefined
      const time = Math.floor(Math.min(clocks.wallMs, clocks.wallMs - (clocks.gapMs ?? 0), ceiling()))
      await note(time)
      return time
    },
  }
})

/** The mark of those before us; without any, this process is the first, and its clock is all there is. */
async function readMark(deps: Deps) {
  const found = await findTimeMark(deps.db)
  const seenAt = found ?? deps.now()
  if (found === undefined) await deps.transact((tx) => putTimeMark(tx, seenAt))
  return { seenAt, readAt: deps.monotonic() }
}

function tell(deps: Deps, clocks: Clocks): void {
  const difference_seconds = Math.round(differenceOf(clocks) / 1000)
  const jump_seconds = Math.round(clocks.jumpMs / 1000)
  const standing = standingOf(clocks)
  if (standing === 'wrong') {
    deps.log.error({ difference_seconds, jump_seconds }, 'the clock is wrong: not ready, and nothing is deleted')
  } else if (standing === 'disputed')
    deps.log.warn({ jump_seconds }, 'the clock was set: nothing is deleted for an hour')
  else deps.log.warn('the clock is believed again')
}
