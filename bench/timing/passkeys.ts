import { authenticator } from '../../test/house/authenticator.ts'
import type { Manage } from '../antiphon/management.ts'
import { createUser } from '../antiphon/ways-in.ts'
import { headerOf } from '../load/connection.ts'
import { codeFor } from '../load/inbox.ts'
import { FINALIZE_PATH } from '../load/sign-in.ts'
import { OTP_CHECK_PATH, OTP_PATH } from '../load/ways-in.ts'
import type { Comparison, Kind } from './interleave.ts'
import type { Stranger } from './stranger.ts'

const LOGIN = '/v1/session/login/passkey'
const REGISTER = '/v1/session/me/passkeys/register'
const PEOPLE = 10
/** Tries with one login token, which lives five minutes. */
const TRIES = 200
const CONTROL_MS = 0.2

const SORTS = ['known', 'unknown', 'blocked', 'deleted'] as const
type Sort = (typeof SORTS)[number]
type Authenticator = ReturnType<typeof authenticator>
/** Authenticators that show a passkey of each sort; the known ones sign with another key. */
export type Holders = Readonly<Record<Sort, readonly Authenticator[]>>

/** Registers a passkey for each of the people, through the API, and blocks or deletes its user where the sort says so. */
export async function passkeyHolders(manage: Manage, stranger: Stranger): Promise<Holders> {
  const { login_config } = await manage('POST', '/config/login/otp', {
    config_type: 'otp',
    channel_type: 'email',
    is_default: false,
    granted_scopes: ['prld:passkey:write'],
  })
  const configId = (login_config as { id: string }).id
  const holders: Record<Sort, Authenticator[]> = { known: [], unknown: [], blocked: [], deleted: [] }
  for (let i = 0; i < PEOPLE; i += 1) {
    holders.unknown.push(authenticator())
    for (const sort of ['known', 'blocked', 'deleted'] as const) {
      const email = `passkey-${sort}-${i}@example.org`
      const userId = await createUser(manage, email)
      holders[sort].push(await register(stranger, await signIn(stranger, email, configId)))
      if (sort === 'blocked') await manage('PUT', `/users/${userId}/status`, { status: 'inactive' })
      if (sort === 'deleted') await manage('DELETE', `/users/${userId}`)
    }
  }
  return holders
}

/** Log in by a code, without a key: the access token. */
async function signIn(stranger: Stranger, email: string, login_config_id: string): Promise<string> {
  const identifier = { type: 'email_address', value: email }
  const started = await stranger.post(OTP_PATH, JSON.stringify({ identifier, login_config_id }), 204)
  const token = headerOf(started.answer.head, 'x-verification-token') ?? ''
  const body = JSON.stringify({ code: await codeFor(email) })
  const { answer } = await stranger.post(OTP_CHECK_PATH, body, 200, `X-Verification-Token: ${token}\r\n`)
  return JSON.parse((await stranger.post(FINALIZE_PATH, answer.body, 200)).answer.body).access_token
}

async function register(stranger: Stranger, accessToken: string): Promise<Authenticator> {
  const one = authenticator({ counter: null })
  const call = async (path: string, body: object) => {
    const headers = `Authorization: Bearer ${accessToken}\r\n`
    return JSON.parse((await stranger.post(`${REGISTER}/${path}`, JSON.stringify(body), 200, headers)).answer.body)
  }
  const { public_key, registration_token } = await call('begin', { username: 'somebody' })
  await call('finish', { registration_token, attestation: one.register(public_key) })
  return one
}

/** Shows a passkey that logs nobody in: of a key that is not the credential's, that nobody has, of a user who is blocked or gone. */
export function passkeys(stranger: Stranger, holders: Holders): Comparison {
  const other = authenticator({ counter: null })
  const kind = (name: Sort): Kind => {
    let sent = 0
    let left = 0
    let begun = { public_key: {} as never, login_token: '' }
    return {
      name,
      async ready() {
        if (left > 0) return false
        left = TRIES
        begun = JSON.parse((await stranger.post(`${LOGIN}/begin`, '{}', 200)).answer.body)
        return true
      },
      async send() {
        left -= 1
        sent += 1
        const one = holders[name][sent % PEOPLE] as Authenticator
        const signer = name === 'known' ? other : one
        const assertion = signer.assert(begun.public_key, { id: one.id, userHandle: null })
        const body = JSON.stringify({ login_token: begun.login_token, assertion })
        return [(await stranger.post(`${LOGIN}/finish`, body, 401)).ms]
      },
    }
  }
  return {
    figures: [{ title: `POST ${LOGIN}/finish`, held: true }],
    kinds: [kind('known'), ...SORTS.slice(1).map(kind)],
    restMs: 1,
    controlMs: CONTROL_MS,
  }
}
