/** Work that may wait a little, so that what is asked for meanwhile is done along with it. */
export interface Soon {
  /** See to it that the work is done within the time given. */
  ask(): void
  /** Do it now, after what is under way. Never rejects. */
  now(): Promise<void>
}

/**
 * Run `work` at most once every `everyMs`, and never twice at once. It is asked for again when it fails; the process does not stay alive for it,
 * so whoever stops asks for it `now`.
 */
export function soon(everyMs: number, work: () => Promise<void>, onError: (error: unknown) => void): Soon {
  let timer: NodeJS.Timeout | undefined
  let last: Promise<void> = Promise.resolve()

  const ask = () => {
    timer ??= setTimeout(now, everyMs).unref()
  }
  const run = () =>
    work().catch((error: unknown) => {
      onError(error)
      ask()
    })
  function now(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    last = last.then(run)
    return last
  }
  return { ask, now }
}
