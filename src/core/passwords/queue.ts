export type Queued<T> = { kind: 'done'; value: T } | { kind: 'overloaded' }

export interface QueueBounds {
  /** Pieces of work under way at once. */
  readonly slots: number
  /** Pieces that may wait. */
  readonly room: number
  /** Who has waited longer than this is turned away before the work begins. */
  readonly patienceMs: number
  now(): number
}

interface Waiting {
  readonly since: number
  answer(admitted: boolean): void
}

/** First come, first served, within bounds: whoever finds no room, or waited too long, is turned away with nothing done. */
export function boundedQueue({ slots, room, patienceMs, now }: QueueBounds) {
  const waiting: Waiting[] = []
  let underWay = 0

  function enter(): Promise<boolean> | boolean {
    if (underWay < slots) {
      underWay += 1
      return true
    }
    if (waiting.length >= room) return false
    return new Promise((answer) => waiting.push({ since: now(), answer }))
  }

  /** Pass the slot on to the first who still wants it. */
  function leave(): void {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const patient = now() - next.since <= patienceMs
      next.answer(patient)
      if (patient) return
    }
    underWay -= 1
  }

  return {
    async run<T>(work: () => Promise<T>): Promise<Queued<T>> {
      if (!(await enter())) return { kind: 'overloaded' }
      try {
        return { kind: 'done', value: await work() }
      } finally {
        leave()
      }
    },
  }
}
