import { PrldSessionClient, type RevokeTarget, type SessionView } from '@prelude.so/js-sdk/session'
import { base64url } from './base64url.ts'
import type { AntiphonSession, HeldIdentifier } from './state.ts'

/** Where the SDK looks for the PKCE verifier of a login that it finalizes. */
const VERIFIER_KEY = 'prld.oauth.code_verifier'
/** Ours: whether somebody is signed in, so that a fresh page need not ask the server in vain. */
const SIGNED_IN_KEY = 'antiphon-demo.signed-in'

export const client = new PrldSessionClient({ domain: location.host })

/** Whether a login that this browser has begun elsewhere is still to be finalized. */
export const isLoginPending = (): boolean => localStorage.getItem(VERIFIER_KEY) !== null

/** The login that was begun has come to nothing. */
export function forgetLogin(): void {
  localStorage.removeItem(VERIFIER_KEY)
}

export const isSignedIn = (): boolean => localStorage.getItem(SIGNED_IN_KEY) !== null

/** Exchange a legacy token for a session. The SDK has no migration of its own: this does the first half, the SDK the second. */
export async function migrate(legacyToken: string): Promise<AntiphonSession> {
  const { verifier, challenge } = await newProof()
  const answer = await window.fetch('/v1/session/migration', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: legacyToken, code_challenge: challenge }),
  })
  if (!answer.ok) throw new Error(`migration answered ${answer.status}`)
  const { challenge_token } = (await answer.json()) as { challenge_token: string }
  return await finalize(challenge_token, verifier)
}

const newVerifier = () => base64url(crypto.getRandomValues(new Uint8Array(32)))

/** For a login that is begun without the SDK. RFC 7636 §4. */
export async function newProof(): Promise<{ verifier: string; challenge: string }> {
  const verifier = newVerifier()
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return { verifier, challenge: base64url(new Uint8Array(hash)) }
}

/** Have the SDK find the verifier when the browser is back. */
export function keepVerifier(verifier: string): void {
  localStorage.setItem(VERIFIER_KEY, verifier)
}

/** Let the SDK turn what was proven without it into a session. It wants a verifier, even where the login was begun without one. */
export async function finalize(challengeToken: string, verifier: string = newVerifier()): Promise<AntiphonSession> {
  keepVerifier(verifier)
  return await finishLogin(challengeToken)
}

/** The same for a login that this browser has begun: the SDK finds the verifier. */
export async function finishLogin(challengeToken: string): Promise<AntiphonSession> {
  await client.finalizeOAuthLogin(challengeToken)
  return await openedSession()
}

/** The session that the SDK has just opened. */
export async function openedSession(): Promise<AntiphonSession> {
  localStorage.setItem(SIGNED_IN_KEY, 'yes')
  return await currentSession()
}

/** The session with an access token that is good: the one at hand, or a new one when that has expired. */
export async function currentSession(): Promise<AntiphonSession> {
  const { user } = await client.refresh()
  return { accessToken: user.accessToken, claims: user.profile }
}

/** Get a new access token even though the one at hand is still good. */
export async function refresh(): Promise<AntiphonSession> {
  await client.invalidateCache()
  return await currentSession()
}

export async function listSessions(): Promise<readonly SessionView[]> {
  return (await client.listSessions({ limit: 50 })).sessions
}

export async function revokeSessions(target: RevokeTarget, sessionId?: string): Promise<void> {
  await client.revokeSessions(target, sessionId)
}

/** The SDK has no method for this one, nor for the next. */
export async function listIdentifiers(): Promise<readonly HeldIdentifier[]> {
  const answer = await call('GET', '/v1/session/me/identifiers')
  return ((await answer.json()) as { identifiers: readonly HeldIdentifier[] }).identifiers
}

/** Set a password. Uses up the scope that the access token carries for it. */
export async function resetPassword(password: string): Promise<void> {
  await call('POST', '/v1/session/me/password/reset', { password })
}

/** Call what the SDK has no method for, with its access token. */
export async function call(method: string, path: string, body?: object, headers = {}): Promise<Response> {
  const { accessToken } = await currentSession()
  return await send(method, path, body, { authorization: `Bearer ${accessToken}`, ...headers })
}

/** The same for whoever is not signed in. */
export async function send(method: string, path: string, body?: object, headers = {}): Promise<Response> {
  const answer = await window.fetch(path, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return answer
}

export async function logout(): Promise<void> {
  await client.logout()
  forget()
}

/** Nobody is signed in here any more. */
export function forget(): void {
  localStorage.removeItem(SIGNED_IN_KEY)
}

export const isUnauthorized = (error: unknown): boolean => error instanceof Error && error.name === 'UnauthorizedError'
