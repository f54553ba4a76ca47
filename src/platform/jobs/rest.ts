/** The rest between two rounds of a loop that somebody may wake, or stop. */
export interface Rest {
  readonly isStopped: boolean
  /** A round begins: whoever wakes from here on has the next one begin at once. */
  begin(): void
  wake(): void
  stop(): void
  /** For so many ms, unless it is woken or stopped. */
  take(ms: number): Promise<void>
}

export function newRest(): Rest {
  let end = () => {}
  let isWoken = false
  let isStopped = false
  return {
    get isStopped() {
      return isStopped
    },
    begin() {
      isWoken = false
    },
    wake() {
      isWoken = true
      end()
    },
    stop() {
      isStopped = true
      end()
    },
    take: (ms) =>
      new Promise<void>((resolve) => {
        if (isStopped || isWoken) return resolve()
        const timer = setTimeout(resolve, ms)
        end = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }
}
