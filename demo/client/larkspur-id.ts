import type { OAuthProvider } from '@prelude.so/js-sdk'
import { client, openedSession } from './antiphon.ts'
import type { AntiphonSession } from './state.ts'

/** The SDK takes any name that Antiphon knows; its types list five. */
const PROVIDER = 'larkspur' as string as OAuthProvider

/** What the browser has come back with. */
export type Return =
  | { kind: 'proven'; challengeToken: string }
  /** Larkspur ID does not vouch for the address: a code has to prove it. */
  | { kind: 'unproven'; challengeToken: string }
  | { kind: 'refused'; error: string }

/** Go to Larkspur ID. The browser comes back to this page. */
export async function leave(): Promise<void> {
  await client.loginWithOAuth({ provider: PROVIDER, redirectURI: location.origin + location.pathname })
}

/** Read what stands in the address of this page, and take it out. */
export function takeReturn(): Return | undefined {
  const said = new URLSearchParams(location.search)
  history.replaceState(null, '', location.pathname)
  const error = said.get('error')
  if (error !== null) return { kind: 'refused', error }
  const challengeToken = said.get('challenge_token')
  if (challengeToken === null) return undefined
  return { kind: said.get('status') === 'otp_required' ? 'unproven' : 'proven', challengeToken }
}

export async function finish(challengeToken: string): Promise<AntiphonSession> {
  await client.finalizeOAuthLogin(challengeToken)
  return await openedSession()
}

/** Whose address it is about, as Antiphon signed it. */
export function emailOf(challengeToken: string): string {
  const [, payload = ''] = challengeToken.split('.')
  return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).metadata.oauth_email
}

/** Send a code to the address. The SDK has no method for this one, nor for the next. Answers what the code has to be sent back with. */
export async function sendCode(challengeToken: string): Promise<string> {
  const answer = await post('/v1/session/otp', { challenge_token: challengeToken })
  return answer.headers.get('x-verification-token') ?? ''
}

export async function checkCode(verificationToken: string, code: string): Promise<AntiphonSession> {
  const answer = await post('/v1/session/otp/check', { code }, { 'x-verification-token': verificationToken })
  return await finish(((await answer.json()) as { challenge_token: string }).challenge_token)
}

export async function resendCode(): Promise<void> {
  await client.otpRetry()
}

async function post(path: string, body: object, headers = {}): Promise<Response> {
  const answer = await window.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return answer
}
