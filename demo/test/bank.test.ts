import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applicationRecord, type Client, login, REFRESH, user } from '../../test/builders.ts'
import { openDemo } from '../../test/house/demo.ts'
import { passkeyConfig, withPasskey } from '../../test/house/passkeys.ts'
import {
  CONFIG,
  challenged,
  continueByPasskey,
  continueWith,
  direct,
  refreshWith,
  requestScope,
  scopesOf,
  step,
} from '../../test/house/step-up.ts'
import { connectDemo } from '../index.ts'

const { w, app, server, antiphon } = await openDemo()
await connectDemo(antiphon)

const PAYMENT = { to: 'Charles Babbage', amount: '250.00', currency: 'EUR' }
let people = 0

const signIn = async () => await login(w, app, await user(w, app, { email: `payer${++people}@example.com` }))

const pay = (accessToken: string, payload: object = PAYMENT) => {
  const headers = { authorization: `Bearer ${accessToken}` }
  return server.inject({ method: 'POST', url: '/demo/bank/transfer', headers, payload })
}

const confirm = (challengeToken: string) =>
  server.inject({ method: 'POST', url: '/demo/bank/confirm', payload: { challenge_token: challengeToken } })

/** Ask for the scope, approve in the bank's app, and carry the scope on the next access token. */
async function approve(client: Client, metadata = PAYMENT) {
  const token = await challenged(app, client, 'transfer:write', { metadata })
  const confirmed = await confirm(token)
  assert.equal(confirmed.statusCode, 200)
  const continued = await continueWith(app, client, token, confirmed.json().verification_token)
  assert.equal(continued.status, 200, JSON.stringify(continued.body))
  assert.equal((await refreshWith(client, continued.body.challenge_token)).status, 200)
}

/** Approve by a passkey, and carry the scope on the next access token. Answers the completed challenge token. */
async function sign(client: Client, metadata = PAYMENT): Promise<string> {
  const origin = antiphon.origin()
  const config = passkeyConfig({ rp_id: 'localhost', allowed_origins: [origin] })
  const one = await withPasskey({ w, app, record: await applicationRecord(w, app), config }, client, { origin })
  const { body } = await requestScope(app, client, 'transfer:sign', { metadata })
  const assertion = one.assert(body.public_key_credential_request_options)
  const continued = await continueByPasskey(app, client, body.challenge_token, assertion)
  assert.equal(continued.status, 200, JSON.stringify(continued.body))
  assert.equal((await refreshWith(client, continued.body.challenge_token)).status, 200)
  return continued.body.challenge_token
}

/** Let the bank's step stand for another scope too. */
async function addScope(scope: string) {
  const { created_at: _, updated_at: __, ...config } = (await app.manage(CONFIG)).body.config
  const allowed_scopes = [...config.allowed_scopes, direct(scope, { steps: [step('bank_app')] })]
  const answer = await app.manage(CONFIG, { method: 'PUT', body: { ...config, allowed_scopes } })
  assert.equal(answer.status, 200)
}

test('the bank names the scope that it wants to see, pays once it is there, and the scope leaves with its token', async () => {
  const client = await signIn()
  const refused = await pay(client.accessToken)
  assert.equal(refused.statusCode, 403)
  assert.match(
    String(refused.headers['www-authenticate']),
    /^Bearer error="insufficient_user_authentication".* scope="transfer:write"$/,
  )
  await approve(client)
  assert.deepEqual(scopesOf(client), ['transfer:write'])
  const paid = await pay(client.accessToken)
  assert.equal(paid.statusCode, 200)
  const { number, ...payment } = paid.json()
  assert.match(number, /^FX-/)
  assert.deepEqual(payment, PAYMENT)
  await client.post(REFRESH)
  assert.deepEqual(scopesOf(client), [])
})

test('an approval is for one payment, and for the very one that was shown', async () => {
  const client = await signIn()
  await approve(client)
  assert.equal((await pay(client.accessToken, { ...PAYMENT, amount: '251.00' })).statusCode, 403)
  assert.equal((await pay(client.accessToken, { ...PAYMENT, to: 'Mallory' })).statusCode, 403)
  assert.equal((await pay(client.accessToken, { ...PAYMENT, currency: 'GBP' })).statusCode, 403)
  assert.equal((await pay(client.accessToken)).statusCode, 200)
  assert.equal((await pay(client.accessToken)).statusCode, 403)
})

test('an approval without the scope moves nothing, nor does another session’s', async () => {
  const client = await signIn()
  const other = await signIn()
  await approve(client)
  assert.equal((await pay(other.accessToken)).statusCode, 403)
  const unscoped = await signIn()
  await confirm(await challenged(app, unscoped, 'transfer:write', { metadata: PAYMENT }))
  assert.equal((await pay(unscoped.accessToken)).statusCode, 403)
})

test('what a passkey has approved is paid once, as it was shown, to the session that showed it', async () => {
  const client = await signIn()
  const other = await signIn()
  const challenge_token = await sign(client)
  const others = await sign(other)
  assert.deepEqual(scopesOf(client), ['transfer:sign'])
  assert.equal((await pay(client.accessToken)).statusCode, 403)
  assert.equal((await pay(client.accessToken, { ...PAYMENT, amount: '251.00', challenge_token })).statusCode, 403)
  assert.equal((await pay(client.accessToken, { ...PAYMENT, challenge_token: others })).statusCode, 403)
  const paid = await pay(client.accessToken, { ...PAYMENT, challenge_token })
  assert.deepEqual([paid.statusCode, paid.json().to], [200, PAYMENT.to])
  assert.equal((await pay(client.accessToken, { ...PAYMENT, challenge_token })).statusCode, 403)
  await other.post(REFRESH)
  assert.equal((await pay(other.accessToken, { ...PAYMENT, challenge_token: others })).statusCode, 403, 'no scope')
})

test('the bank takes no token that has expired, was changed, or is none', async () => {
  const client = await signIn()
  await approve(client)
  const { accessToken } = client
  const [head = '', , signature = ''] = accessToken.split('.')
  const claims = Buffer.from(JSON.stringify({ sub: 'usr_x', sid: client.sessionId, exp: 9e9, scope: 'transfer:write' }))
  for (const token of ['', 'x.y.z', `${head}.${claims.toString('base64url')}.${signature}`]) {
    const answer = await pay(token)
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"')
  }
  w.advance(60_000)
  assert.equal((await pay(accessToken)).headers['www-authenticate'], 'Bearer error="invalid_token"')
})

test('the bank confirms what Antiphon asks of it, and nothing else', async () => {
  const client = await signIn()
  await addScope('loan:write')
  const elsewhere = await challenged(app, client, 'prld:pwd:write')
  const loan = await challenged(app, client, 'loan:write', { metadata: PAYMENT })
  const vague = await challenged(app, client, 'transfer:write', { metadata: { to: 'Mallory' } })
  assert.equal((await confirm(loan)).statusCode, 400)
  assert.equal((await confirm(vague)).statusCode, 400)
  const late = await challenged(app, client, 'transfer:write', { metadata: PAYMENT })
  w.advance(301_000)
  for (const token of [elsewhere, late, client.accessToken, 'none']) {
    const answer = await confirm(token)
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(answer.json(), { error: 'bad_challenge' })
  }
})

test('the bank knows what an amount is', async () => {
  const { accessToken } = await signIn()
  for (const change of [{ amount: '-1' }, { amount: '1.5' }, { amount: '' }, { to: ' ' }, { currency: 'XXX' }]) {
    const answer = await pay(accessToken, { ...PAYMENT, ...change })
    assert.deepEqual([answer.statusCode, answer.json()], [400, { error: 'bad_payment' }])
  }
})

test('the bank publishes its key, the public half alone', async () => {
  const { keys } = (await server.inject({ url: '/demo/bank/jwks.json' })).json()
  assert.deepEqual(Object.keys(keys[0]).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
})
