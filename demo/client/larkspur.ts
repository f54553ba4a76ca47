import type { LarkspurSession } from './state.ts'

/** When Antiphon last asked Larkspur about this session; `at` in Unix milliseconds. */
export interface HookCheck {
  readonly at: number
  readonly took_ms: number
}

interface Me {
  readonly name: string
  readonly email: string
  readonly last_check: HookCheck | null
}

export async function signIn(name: string): Promise<LarkspurSession> {
  const { name: known, email } = (await call('POST', '/demo/legacy/login', { name })) as Me
  return { name: known, email, token: readCookie() }
}

/** Who the cookie says we are; undefined when there is no cookie, or Larkspur no longer knows it. */
export async function findSession(): Promise<{ session: LarkspurSession; lastCheck: HookCheck | null } | undefined> {
  const token = readCookie()
  if (!token) return undefined
  const answer = await window.fetch('/demo/legacy/me')
  if (!answer.ok) return undefined
  const { name, email, last_check } = (await answer.json()) as Me
  return { session: { name, email, token }, lastCheck: last_check }
}

export async function signOut(): Promise<void> {
  await call('POST', '/demo/legacy/logout')
}

/** Let a pretend phone of the same person sign in to Antiphon. */
export async function addPhone(): Promise<void> {
  await call('POST', '/demo/phone')
}

/** Old apps let scripts read their session cookie. This one does, and that is what makes the exchange so short. */
const readCookie = () => /(?:^|; )larkspur_session=([^;]+)/.exec(document.cookie)?.[1] ?? ''

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await window.fetch(path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return answer.status === 204 ? undefined : await answer.json()
}
