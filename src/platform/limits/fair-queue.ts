import { newTurns, type Path } from './turns.ts'

export type Queued<T> = { kind: 'done'; value: T } | { kind: 'overloaded' }

export interface QueueBounds {
  /** Pieces of work under way at once. */
  readonly slots: number
  /** Of those, how many of one share, by its depth: of an application, of a range in it … */
  readonly slotsOfShare?: readonly number[]
  /** Pieces that may wait. */
  readonly room: number
  /** Who has waited longer than this is turned away before the work begins. */
  readonly patienceMs: number
  now(): number
  /** Told of all who come: so many wait from now on. */
  onWait?(count: number): void
  /** Told when somebody's turn has come, at once or after a wait; or when they are turned away. */
  onTurn?(waitedMs: number, isAdmitted: boolean): void
}

interface Waiting {
  readonly path: Path
  readonly since: number
  answer(admitted: boolean): void
}

/**
 * Work within bounds, by turns of whom it is for: whoever asks for much waits for themselves. When there is no room, the last of those is turned
 * away of whom most wait; so is, with nothing done, who has waited too long once a slot is free.
 */
export function fairQueue({ slots, slotsOfShare = [], room, patienceMs, now, onWait, onTurn }: QueueBounds) {
  const waiting = newTurns<Waiting>()
  const underWay = new Map<string, number>()

  const countOf = (path: Path) => underWay.get(path.join('\n')) ?? 0
  const bound = (depth: number) => (depth === 0 ? slots : slotsOfShare[depth - 1])
  const isOpen = (path: Path) => countOf(path) < (bound(path.length) ?? slots)
  const isOpenWhole = (path: Path) => [[], ...sharesOf(path)].every(isOpen)

  function count(path: Path, change: 1 | -1): void {
    for (const share of [[], ...sharesOf(path).slice(0, slotsOfShare.length)]) {
      const left = countOf(share) + change
      if (left > 0) underWay.set(share.join('\n'), left)
      else underWay.delete(share.join('\n'))
    }
  }

  function enter(path: Path): Promise<boolean> | boolean {
    if (isOpenWhole(path)) {
      count(path, 1)
      return true
    }
    return new Promise((answer) => {
      waiting.put(path, { path, since: now(), answer })
      if (waiting.count() > room) waiting.dropOfHeaviest()?.answer(false)
    })
  }

  /** Pass the slot on to whose turn it is and who still wants it. */
  function leave(path: Path): void {
    count(path, -1)
    while (isOpen([])) {
      const next = waiting.take(isOpen)
      if (!next) return
      const isPatient = now() - next.since <= patienceMs
      if (isPatient) count(next.path, 1)
      next.answer(isPatient)
    }
  }

  return {
    async run<T>(path: Path, work: () => Promise<T>): Promise<Queued<T>> {
      const since = now()
      const entering = enter(path)
      onWait?.(waiting.count())
      const isAdmitted = await entering
      onWait?.(waiting.count())
      onTurn?.(now() - since, isAdmitted)
      if (!isAdmitted) return { kind: 'overloaded' }
      try {
        return { kind: 'done', value: await work() }
      } finally {
        leave(path)
      }
    },
  }
}

/** The shares that a path leads through, widest first. */
const sharesOf = (path: Path): Path[] => path.map((_, i) => path.slice(0, i + 1))
