import { pause } from './clock.ts'
import { type Deps, resident } from './deps.ts'
import { lastAnswer } from './traffic.ts'

/** People are there for so long after one was answered. */
const BESIDE_MS = 1_000
/** What a piece of work may take while they are. Whoever comes waits for one at most: on SQLite for its write lock, everywhere for its turn on the processor. */
const PIECE_BESIDE_MS = 3
/** While nobody is there: a commit costs much, and little more for many. */
const PIECE_ALONE_MS = 40
/** Of the first piece, of which nobody knows yet how long it takes. */
const FIRST_LINES = 10
const MOST_LINES = 1_000
/** While people are there, so many times as long as a piece took is left to them. */
const ROOM = 4
/** A piece that was held up says nothing of the next. */
const MOST_ROOM_MS = 1_000

/** Each of so many pieces of few lines is twice as large: only pieces of unlike size tell what is due to lines, and what to the piece as such. */
const TRY_EVERY = 8
const FEW_LINES = 100

/** What is known of a long work. */
export interface Past {
  /** Of the last piece; 0 before the first. */
  readonly lines: number
  readonly tookMs: number
  /** What a piece takes without any lines, a commit mostly. */
  readonly fixedMs: number
  readonly pieces: number
}

export const NO_PAST: Past = { lines: 0, tookMs: 0, fixedMs: 0, pieces: 0 }

/** What is known with one piece more. Where it has half as many lines again as the last, or fewer by as much, the two tell what a line takes. */
export function learn(past: Past, lines: number, tookMs: number): Past {
  const [few, many] = past.lines < lines ? [past, { lines, tookMs }] : [{ lines, tookMs }, past]
  const isTelling = few.lines > 0 && many.lines >= 1.5 * few.lines
  const lineMs = isTelling ? Math.max(0, (many.tookMs - few.tookMs) / (many.lines - few.lines)) : 0
  const fixedMs = isTelling ? Math.max(0, few.tookMs - few.lines * lineMs) : past.fixedMs
  return { lines, tookMs, fixedMs: Math.min(fixedMs, tookMs), pieces: past.pieces + 1 }
}

/**
 * Decide of how many lines the next piece is, so that its lines take about as long as they may: at most twice as many as the last, which may have been
 * lucky. Where a commit takes longer than that, its lines may take as long as the commit: otherwise little would be done in much time.
 */
export function decideLines({ lines, tookMs, fixedMs, pieces }: Past, sinceAnswerMs: number): number {
  if (lines === 0) return FIRST_LINES
  if (lines < FEW_LINES && pieces % TRY_EVERY === 0) return 2 * lines
  const mayMs = Math.max(fixedMs, sinceAnswerMs < BESIDE_MS ? PIECE_BESIDE_MS : PIECE_ALONE_MS)
  const fitting = Math.floor((lines * mayMs) / (tookMs - fixedMs))
  return Math.max(1, Math.min(fitting, 2 * lines, MOST_LINES))
}

/** Decide how long people have for themselves after a piece: in proportion to what it took, and nothing when nobody is there. */
export const decidePause = (tookMs: number, sinceAnswerMs: number, room = ROOM): number =>
  sinceAnswerMs < BESIDE_MS ? Math.min(room * tookMs, MOST_ROOM_MS) : 0

const newLane = () => ({ tail: Promise.resolve() as Promise<unknown> })
const lanes = resident(() => ({ background: newLane(), awaited: newLane() }))

/** Does one piece of a long work, of as many lines as it is told to. */
export type InPace = <T>(piece: (lines: number) => Promise<T>) => Promise<T>

/**
 * For a long work that is done piece by piece and leaves people their room. One piece at a time in this process, in the order of asking: however much is
 * to do at once, together it takes what one would.
 */
export const paced = (deps: Deps): InPace => pacedIn(deps, lanes(deps).background, ROOM)

/** The same where somebody waits for the end: it does not stand behind what has time, and leaves people as much as a piece took. */
export const pacedForSomebody = (deps: Deps): InPace => pacedIn(deps, lanes(deps).awaited, 1)

function pacedIn(deps: Deps, line: ReturnType<typeof newLane>, room: number): InPace {
  let past = NO_PAST
  return async (piece) => {
    const turn = line.tail.then(async () => {
      const begun = deps.monotonic()
      const lines = decideLines(past, begun - lastAnswer(deps).at)
      try {
        return await piece(lines)
      } finally {
        past = learn(past, lines, deps.monotonic() - begun)
        await pause(decidePause(past.tookMs, deps.monotonic() - lastAnswer(deps).at, room))
      }
    })
    line.tail = turn.catch(() => {})
    return await turn
  }
}
