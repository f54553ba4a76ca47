import type { Channel } from './tables.ts'

/** Enough of a recipient to recognise it: `a••@example.com`, `••••4567`. */
export function maskRecipient(channel: Channel, recipient: string): string {
  if (channel === 'sms') return `••••${recipient.slice(-4)}`
  const at = recipient.lastIndexOf('@')
  const [first = ''] = recipient.slice(0, Math.max(at, 0))
  return `${first}••${recipient.slice(Math.max(at, 0))}`
}
