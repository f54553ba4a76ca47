import { type Deps, resident } from './deps.ts'

const MINUTE_MS = 60_000
/** Of each subject in a minute and process; the rest is counted. */
const MOST_TOLD = 10
const MOST_SUBJECTS = 1_000

interface Window {
  readonly start: number
  told: number
  untold: number
}

/** Of a subject: how many lines of it were not told before this one; undefined when this one is not to be told, either. */
const counted = resident((deps: Deps) => {
  const windows = new Map<string, Window>()

  return function enter(subject: string): { untold: number } | undefined {
    const now = deps.monotonic()
    const known = windows.get(subject)
    if (known && now - known.start < MINUTE_MS) {
      if (known.told >= MOST_TOLD) {
        known.untold += 1
        return undefined
      }
      known.told += 1
      return { untold: 0 }
    }
    windows.delete(subject)
    if (windows.size >= MOST_SUBJECTS) windows.delete(windows.keys().next().value as string)
    windows.set(subject, { start: now, told: 1, untold: 0 })
    return { untold: known?.untold ?? 0 }
  }
})

/**
 * Log what anybody may bring about as often as they like: ten lines a minute of each subject. The first line of a later minute says by `untold` how
 * many there were besides. Members hold nothing that anybody sent.
 */
export function logSampled(
  deps: Deps,
  level: 'info' | 'warn',
  subject: readonly string[],
  members: object,
  message: string,
): void {
  const entered = counted(deps)([message, ...subject].join('\n'))
  if (entered) deps.log[level]({ ...members, ...(entered.untold > 0 && entered) }, message)
}
