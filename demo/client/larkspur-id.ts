import type { OAuthProvider } from '@prelude.so/js-sdk'
import { client, finishLogin } from './antiphon.ts'
import type { AntiphonSession } from './state.ts'

/** The SDK takes any name that Antiphon knows; its types list five. */
const PROVIDER = 'larkspur' as string as OAuthProvider

/** Go to Larkspur ID. The browser comes back to this page. */
export async function leave(): Promise<void> {
  await client.loginWithOAuth({ provider: PROVIDER, redirectURI: location.origin + location.pathname })
}

/** Send a code to the address. The SDK has no method for this one, nor for the next. Answers what the code has to be sent back with. */
export async function sendCode(challengeToken: string): Promise<string> {
  const answer = await post('/v1/session/otp', { challenge_token: challengeToken })
  return answer.headers.get('x-verification-token') ?? ''
}

export async function checkCode(verificationToken: string, code: string): Promise<AntiphonSession> {
  const answer = await post('/v1/session/otp/check', { code }, { 'x-verification-token': verificationToken })
  return await finishLogin(((await answer.json()) as { challenge_token: string }).challenge_token)
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
