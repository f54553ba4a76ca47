import { pause } from './clock.ts'
import { type Deps, resident } from './deps.ts'
import { lastAnswer } from './traffic.ts'

/** People are there for so long after one was answered. */
const BESIDE_MS = 1_000
/** What a piece of work may take while they are. Whoever comes waits for one at most: on SQLite for its write lock, everywhere for its turn on the processor. */
const PIECE_BESIDE_MS = 5
/** While nobody is there: a commit costs much, and little more for many. */
const PIECE_ALONE_MS = 40
/** Of the first piece, of which nobody knows yet how long it takes. */
const FIRST_LINES = 10
const MOST_LINES = 1_000
/** While people are there, so many times as long as a piece took is left to them. */
const ROOM = 4
/** A piece that was held up says nothing of the next. */
const MOST_ROOM_MS = 1_000

/** What is known of a long work. */
export interface Past {
  /** Of the last piece; 0 before the first. */
  readonly lines: number
  readonly tookMs: number
}

/** Decide of how many lines the next piece is, so that it takes about as long as it may: at most twice as many as the last, which may have been lucky. */
export function decideLines({ lines, tookMs }: Past, sinceAnswerMs: number): number {
  if (lines === 0) return FIRST_LINES
  const mayMs = sinceAnswerMs < BESIDE_MS ? PIECE_BESIDE_MS : PIECE_ALONE_MS
  const fitting = Math.floor((lines * mayMs) / tookMs) || 1
  return Math.min(fitting, 2 * lines, MOST_LINES)
}

/** Decide how long people have for themselves after a piece: in proportion to what it took, and nothing when nobody is there. */
export const decidePause = (tookMs: number, sinceAnswerMs: number, room = ROOM): number =>
  sinceAnswerMs < BESIDE_MS ? Math.min(room * tookMs, MOST_ROOM_MS) : 0

const lane = resident(() => ({ tail: Promise.resolve() as Promise<unknown> }))

/** Does one piece of a long work, of as many lines as it is told to. */
export type InPace = <T>(piece: (lines: number) => Promise<T>) => Promise<T>

/**
 * For a long work that is done piece by piece and leaves people their room. One piece at a time in this process, in the order of asking: however much is
 * to do at once, together it takes what one would. `room`: so many times as long as a piece took is left to people.
 */
export function paced(deps: Deps, room = ROOM): InPace {
  const line = lane(deps)
  let past: Past = { lines: 0, tookMs: 0 }
  return async (piece) => {
    const turn = line.tail.then(async () => {
      const begun = deps.monotonic()
      const lines = decideLines(past, begun - lastAnswer(deps).at)
      try {
        return await piece(lines)
      } finally {
        past = { lines, tookMs: deps.monotonic() - begun }
        await pause(decidePause(past.tookMs, deps.monotonic() - lastAnswer(deps).at, room))
      }
    })
    line.tail = turn.catch(() => {})
    return await turn
  }
}
