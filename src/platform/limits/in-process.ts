/**
 * Fixed-window budgets held in memory: for what costs too much to count durably and where a count lost with the process is harmless.
 * At most `subjects` are remembered; the oldest are forgotten first.
 */
export function inProcessLimit(windowMs: number, subjects = 10_000) {
  const windows = new Map<string, { start: number; taken: number }>()
  const current = (subject: string, now: number) => {
    const known = windows.get(subject)
    return known && now - known.start < windowMs ? known : undefined
  }
  return {
    /** False when the subject has taken `max` in this window. */
    take(subject: string, max: number, now: number): boolean {
      const window = current(subject, now)
      if (window) {
        window.taken += 1
        return window.taken <= max
      }
      windows.delete(subject)
      if (windows.size >= subjects) windows.delete(windows.keys().next().value as string)
      windows.set(subject, { start: now, taken: 1 })
      return max >= 1
    },
    /** Whether `take` would be false. */
    isSpent: (subject: string, max: number, now: number): boolean => (current(subject, now)?.taken ?? 0) >= max,
  }
}
