/** Unix time in milliseconds. */
export const now = (): number => window.Date.now()

/** `14:03:27` */
export const timeOfDay = (at: number): string =>
  new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `just now`, `3 minutes ago`, `2 days ago` */
export function ago(at: number): string {
  const seconds = (now() - at) / 1000
  if (seconds < 45) return 'just now'
  if (seconds < 3600) return words.format(-Math.round(seconds / 60), 'minute')
  if (seconds < 86_400) return words.format(-Math.round(seconds / 3600), 'hour')
  return words.format(-Math.round(seconds / 86_400), 'day')
}
