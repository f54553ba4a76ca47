/** A message that this server would have sent; `created_at` as RFC 3339. */
export interface Mail {
  readonly id: string
  readonly channel: 'email' | 'sms'
  readonly recipient: string
  readonly subject: string
  readonly text: string
  readonly code: string | null
  readonly created_at: string
}

export const MAIL_PATH = '/demo/mailbox/messages'

/** Newest first; undefined when the server does not answer. */
export async function listMail(): Promise<readonly Mail[] | undefined> {
  const answer = await window.fetch(MAIL_PATH).catch(() => undefined)
  if (!answer?.ok) return undefined
  return ((await answer.json()) as { messages: readonly Mail[] }).messages
}
