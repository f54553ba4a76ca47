import type { Payment, Receipt } from './state.ts'

/** For payments that a passkey approves; the bank names the scope for the others itself. */
export const SIGN_SCOPE = 'transfer:sign'

export type TransferAnswer =
  | { kind: 'paid'; receipt: Receipt }
  /** The bank wants to see this scope first. RFC 9470 §3. */
  | { kind: 'step_up'; scope: string }

/** `challengeToken`: what a passkey has completed, for this payment. */
export async function transfer(
  accessToken: string,
  payment: Payment,
  challengeToken?: string,
): Promise<TransferAnswer> {
  const body = { ...payment, ...(challengeToken && { challenge_token: challengeToken }) }
  const answer = await post('/demo/bank/transfer', body, { authorization: `Bearer ${accessToken}` })
  if (answer.ok) return { kind: 'paid', receipt: (await answer.json()) as Receipt }
  const challenge = answer.headers.get('www-authenticate') ?? ''
  const scope = /error="insufficient_user_authentication".*scope="([^"]+)"/.exec(challenge)?.[1]
  if (!scope) throw new Error(`The bank answered ${answer.status}`)
  return { kind: 'step_up', scope }
}

/** Say yes to the bank, as its own app would. Answers its word for it, signed. */
export async function confirm(challengeToken: string): Promise<string> {
  const answer = await post('/demo/bank/confirm', { challenge_token: challengeToken })
  if (!answer.ok) throw new Error(`The bank answered ${answer.status}`)
  return ((await answer.json()) as { verification_token: string }).verification_token
}

const post = (path: string, body: object, headers = {}) =>
  window.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
