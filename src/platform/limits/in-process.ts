/**
 * A fixed-window budget held in memory: for what costs too much to count durably and where a count lost with the process is harmless.
 * At most `subjects` are remembered; the oldest are forgotten first.
 */
export function inProcessLimit(max: number, windowMs: number, subjects = 10_000) {
  const windows = new Map<string, { start: number; taken: number }>()
  return {
    /** False when the subject has nothing left in this window. */
    take(subject: string, now: number): boolean {
      const known = windows.get(subject)
      if (known && now - known.start < windowMs) {
        known.taken += 1
        return known.taken <= max
      }
      windows.delete(subject)
      if (windows.size >= subjects) windows.delete(windows.keys().next().value as string)
      windows.set(subject, { start: now, taken: 1 })
      return max >= 1
    },
  }
}
