import { stderr } from 'node:process'

/** Whoever waits at the command line. */
export interface Terminal {
  /** How far something is; shown now and then, on one line where there is a terminal. */
  show(status: string, options?: { readonly isLast?: boolean }): void
  /** Whether they asked to stop. */
  isInterrupted(): boolean
  close(): void
}

const EVERY_MS_ON_TERMINAL = 200
const EVERY_MS_IN_LOG = 10_000

/** Standard error, and Ctrl-C: once for a clean stop, twice for one at once. */
export function openTerminal(monotonic: () => number, out: Pick<typeof stderr, 'isTTY' | 'write'> = stderr): Terminal {
  let shownAt = monotonic()
  let isInterrupted = false
  const interrupt = () => {
    if (isInterrupted) process.exit(130)
    isInterrupted = true
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  const everyMs = out.isTTY ? EVERY_MS_ON_TERMINAL : EVERY_MS_IN_LOG
  return {
    show(status, { isLast = false } = {}) {
      if (!isLast && monotonic() - shownAt < everyMs) return
      shownAt = monotonic()
      out.write(out.isTTY ? `\r${status}\u001b[K${isLast ? '\n' : ''}` : `${status}\n`)
    },
    isInterrupted: () => isInterrupted,
    close() {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
    },
  }
}

const CELLS = 24

/** `Loading [######      ]  50 %  1 200 lines, 9 800/s, 2 min left` */
export function progressLine(
  what: string,
  { done, lines, rate, secondsLeft }: { done: number; lines: number; rate: number; secondsLeft: number | undefined },
): string {
  const cells = Math.round(Math.min(1, Math.max(0, done)) * CELLS)
  const bar = '#'.repeat(cells).padEnd(CELLS)
  const left = secondsLeft === undefined || done >= 1 ? '' : `, ${durationOf(secondsLeft)} left`
  const percent = String(Math.floor(Math.min(1, done) * 100)).padStart(3)
  return `${what} [${bar}] ${percent} %  ${spaced(lines)} lines, ${spaced(rate)}/s${left}`
}

/** `1 234 567` */
export const spaced = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ')

function durationOf(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}
