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

/**
 * Log what anybody may bring about as often as they like: ten lines a minute of each subject. The first line of a later minute says by `untold` how
 * many there were besides. Members hold nothing that anybody sent.
 */
export const logSampled = resident((deps: Deps) => {
  const windows = new Map<string, Window>()

  function enter(subject: string): { untold: number } | undefined {
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

  return (level: 'info' | 'warn', subject: readonly string[], members: object, message: string): void => {
    const entered = enter([message, ...subject].join('\n'))
    if (entered) deps.log[level]({ ...members, ...(entered.untold > 0 && entered) }, message)
  }
})
