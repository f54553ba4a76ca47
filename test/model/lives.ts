import assert from 'node:assert/strict'
import {
  type Answer,
  application,
  type Client,
  credentials,
  dpopKey,
  FINALIZE,
  login,
  newClient,
  REFRESH,
  REVOKE,
  refreshTokenOf,
  sentCode,
  type TestApp,
  user,
} from '../builders.ts'
import { checkWith, NEW, started } from '../house/codes.ts'
import { logIn, PASSWORD, PASSWORD_CONFIG, passwordConfig, userWithPassword } from '../house/passwords.ts'
import { checkCode, configure, direct, OTP, refreshWith, requestScope, scopesOf } from '../house/step-up.ts'
import type { World } from '../world.ts'
import { asked, behind, type Fleet, pass } from './master-keys.ts'

/** Where somebody stands: nothing of theirs is under way, or something is, which dies within minutes. */
export type Moment = 'rest' | 'under way'
/** What somebody does, for ever, a request or two at a time; each is to go well. */
export type Life = AsyncGenerator<Moment, never>

export interface Place {
  readonly fleet: Fleet
  readonly app: TestApp
}

const SCOPE = 'pay'

/** An application with all the ways in, whichever process is asked. */
export async function newPlace(fleet: Fleet): Promise<Place> {
  const app = await application(asked(fleet))
  assert.equal((await app.manage(PASSWORD_CONFIG, { body: passwordConfig() })).status, 201)
  await configure(app, direct(SCOPE))
  return { fleet, app: behind(fleet, app) }
}

/** Of a client whose clock is that of the server. */
const clockOf = (fleet: Fleet): World =>
  ({
    get deps() {
      return asked(fleet).deps
    },
  }) as World

let people = 0
const newAddress = () => `p${++people}@example.com`

function fine(answer: Answer, status = 200): Answer {
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  return answer
}

/** Whoever logs in by a code, refreshes, does a step-up and logs out. */
export async function* byCode(place: Place): Life {
  const { fleet, app } = place
  for (;;) {
    const address = newAddress()
    const userId = await user(asked(fleet), app, { email: address })
    const verification = await started(app, NEW, address)
    yield 'under way'
    const code = await codeTo(place, address)
    yield 'under way'
    const { challenge_token } = fine(await checkWith(app, NEW, verification, code)).body
    yield 'under way'
    const client = await finalized(place, userId, challenge_token, 'header')
    yield 'rest'
    yield* refreshing(place, client)
    const known = await identifiersOf(client)
    yield* stepUp(place, client, address)
    yield* refreshing(place, client)
    assert.deepEqual(await identifiersOf(client), known, 'ids stay, whatever the master key')
    fine(await client.post(REVOKE), 204)
  }
}

/** Whoever logs in by a password, refreshes and logs out. */
export async function* byPassword(place: Place, carrier: 'header' | 'cookie'): Life {
  const { fleet, app } = place
  for (;;) {
    const address = newAddress()
    const userId = await userWithPassword(asked(fleet), app, address)
    const { challenge_token } = fine(await logIn(app, address, PASSWORD)).body
    yield 'under way'
    const client = await finalized(place, userId, challenge_token, carrier)
    yield 'rest'
    for (let i = 0; i < 2; i++) yield* refreshing(place, client)
    fine(await client.post(REVOKE), 204)
  }
}

/** Somebody who is logged in. */
export const signedIn = async ({ fleet, app }: Place, carrier: 'header' | 'cookie'): Promise<Client> =>
  await login(clockOf(fleet), app, await user(asked(fleet), app), carrier)

/** What a refresh is answered; where the answer is lost, the client has what it had. */
export async function refreshed({ app }: Place, client: Client, isLost: boolean): Promise<number> {
  if (!isLost) return (await client.post(REFRESH)).status
  return (await app.call(REFRESH, { method: 'POST', headers: await credentials(app, client, REFRESH) })).status
}

/** A backend that creates a user, hears no answer and asks again, by the same key. */
export async function* byBackend({ app }: Place): Life {
  for (;;) {
    const identifiers = [{ type: 'email_address', value: newAddress(), verified: true }]
    const headers = { 'idempotency-key': `k${people}` }
    const first = fine(await app.manage('/users', { body: { identifiers }, headers }), 201)
    yield 'under way'
    assert.deepEqual(fine(await app.manage('/users', { body: { identifiers }, headers }), 201).body, first.body)
    yield 'rest'
  }
}

async function identifiersOf(client: Client): Promise<object> {
  fine(await client.post(REFRESH))
  return fine(await client.bearer('/v1/session/me/identifiers')).body
}

let mailing: Promise<unknown> = Promise.resolve()

/** One after another: who asks while somebody else's run sends the letter would read the one before. */
async function codeTo({ fleet, app }: Place, address: string): Promise<string> {
  const code = mailing.then(() => sentCode(asked(fleet), app, address))
  mailing = code.catch(() => {})
  await code
  pass(fleet, 0)
  return code
}

async function finalized({ fleet, app }: Place, userId: string, challenge_token: string, carrier: 'header' | 'cookie') {
  const client = newClient(app, userId, carrier === 'header' ? await dpopKey(clockOf(fleet)) : undefined)
  fine(await client.post(FINALIZE, { body: { challenge_token } }))
  return client
}

/** Refresh; refresh and hear no answer; refresh again, by a nonce where the client has a key. */
async function* refreshing(place: Place, client: Client): AsyncGenerator<Moment> {
  fine(await client.post(REFRESH))
  yield 'rest'
  const held = client.refreshToken
  fine(await place.app.call(REFRESH, { method: 'POST', headers: await credentials(place.app, client, REFRESH) }))
  yield 'rest'
  assert.equal(client.refreshToken, held)
  if (client.key) yield* byNonce(place, client)
  else fine(await client.post(REFRESH))
  yield 'rest'
}

/** A client whose clock is wrong is given a nonce, and refreshes with it. */
async function* byNonce({ app }: Place, client: Client): AsyncGenerator<Moment> {
  const path = `${app.origin}${REFRESH}`
  const dpop = (await client.key?.proof(path, { claims: { iat: 1 } })) ?? ''
  const refused = fine(
    await app.call(REFRESH, { method: 'POST', headers: { dpop, 'x-refresh-token': client.refreshToken } }),
    400,
  )
  assert.equal(refused.body.code, 'use_dpop_nonce')
  const nonce = refused.headers.get('dpop-nonce')
  assert.ok(nonce)
  yield 'under way'
  const proof = (await client.key?.proof(path, { claims: { nonce } })) ?? ''
  const headers = { dpop: proof, 'x-refresh-token': client.refreshToken }
  const answer = fine(await app.call(REFRESH, { method: 'POST', headers }))
  Object.assign(client, { refreshToken: refreshTokenOf(answer), accessToken: answer.body.access_token })
}

/** A scope, granted after a code. */
async function* stepUp(place: Place, client: Client, address: string): AsyncGenerator<Moment> {
  const { app } = place
  fine(await client.post(REFRESH))
  const { challenge_token } = fine(await requestScope(app, client, SCOPE)).body
  yield 'under way'
  fine(await app.call(OTP, { body: { challenge_token } }), 204)
  yield 'under way'
  const code = await codeTo(place, address)
  yield 'under way'
  const completed = fine(await checkCode(app, client, challenge_token, code)).body.challenge_token
  yield 'under way'
  fine(await refreshWith(client, completed))
  assert.deepEqual(scopesOf(client), [SCOPE])
  yield 'rest'
}
