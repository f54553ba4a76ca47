import { pause } from './clock.ts'
import { type Deps, resident } from './deps.ts'
import { lastAnswer } from './traffic.ts'

/** Lines of a batch while nobody is there: a commit costs much, and little more for many. */
const LINES_ALONE = 100
/** While people are answered. Whoever comes waits for a batch at most: on SQLite for its write lock, everywhere for its turn on the processor. */
const LINES_BESIDE = 20
/** People are there for so long after one was answered. */
const BESIDE_MS = 1_000
/** While they are, so many times as long as a batch took is left to them. */
const ROOM = 4
/** A batch that was held up says nothing of the next. */
const MOST_ROOM_MS = 1_000

export interface Pace {
  /** Of the next batch. */
  readonly lines: number
  readonly pauseMs: number
}

/** Decide how an import goes on after a batch: as fast as it can while nobody is there, and out of the way of whoever is. */
export const decidePace = (tookMs: number, sinceAnswerMs: number, room = ROOM): Pace =>
  sinceAnswerMs < BESIDE_MS
    ? { lines: LINES_BESIDE, pauseMs: Math.min(room * tookMs, MOST_ROOM_MS) }
    : { lines: LINES_ALONE, pauseMs: 0 }

const lane = resident(() => ({ tail: Promise.resolve() as Promise<unknown> }))

/**
 * Do the next of many pieces of work, of as many lines as it is told to, and leave people their room. One at a time in this process, in the order of asking:
 * however many import at once, together they take what one would. `room`: so many times as long as the work took is left to people.
 */
export async function inPace<T>(deps: Deps, work: (lines: number) => Promise<T>, room = ROOM): Promise<T> {
  const line = lane(deps)
  const turn = line.tail.then(async () => {
    const begun = deps.monotonic()
    const done = await work(paceOf(deps, 0, room).lines)
    await pause(paceOf(deps, deps.monotonic() - begun, room).pauseMs)
    return done
  })
  line.tail = turn.catch(() => {})
  return await turn
}

const paceOf = (deps: Deps, tookMs: number, room: number): Pace =>
  decidePace(tookMs, deps.monotonic() - lastAnswer(deps).at, room)
