import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, claimsOf, dpopKey, login, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  bank,
  boundProof,
  CONFIG,
  CONTINUE,
  challenged,
  configOf,
  configureWith,
  continueWith,
  direct,
  doCodeStep,
  outside,
  refreshWith,
  scopesOf,
  step,
} from '../../../test/house/step-up.ts'

const APPROVE = direct('pay', { steps: [step('approve')] })
/** Of the right shape. */
const NO_ASSERTION = {
  id: 'x',
  rawId: 'x',
  type: 'public-key',
  response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' },
}
const MAIL_THEN_APPROVE = direct('pay', { steps: [step('approve', 2), step('verify_email', 1)] })

for (const { engine, w } of await stages()) {
  async function story(scope: object = APPROVE, carrier: 'header' | 'cookie' = 'header') {
    const app = await application(w)
    const userId = await user(w, app, { email: 'ana@example.com' })
    const backend = await bank(w)
    await configureWith(app, configOf([scope], { jwks_url: backend.jwksUrl }))
    outside(w, backend)
    const client = await login(w, app, userId, carrier)
    return { app, client, backend, token: await challenged(app, client, 'pay') }
  }

  for (const [sdk, bearer] of [
    ['web and Apple SDKs: with bearer and proof', true],
    ['Android SDK: with the proof alone', false],
  ] as const) {
    test(`${engine}: a code and then a step of the bank’s own get the scope, as by the ${sdk}`, async () => {
      const { app, client, backend, token } = await story(MAIL_THEN_APPROVE)
      const second = await doCodeStep(w, app, client, token)
      assert.equal(claimsOf(second).current_step, 'approve')
      const headers: Record<string, string> = bearer ? { authorization: `Bearer ${client.accessToken}` } : {}
      const answer = await continueWith(app, client, second, await backend.sign(second), headers)
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
      assert.deepEqual(Object.keys(answer.body), ['challenge_token'])
      const claims = claimsOf(answer.body.challenge_token)
      assert.equal(claims.current_step, 'completed')
      assert.equal(claims.challenge_id, claimsOf(token).challenge_id)
      assert.equal((await refreshWith(client, answer.body.challenge_token)).status, 200)
      assert.deepEqual(scopesOf(client), ['pay'])
    })
  }

  test(`${engine}: a lost answer is given again for a minute, to the letter; then the token is used up`, async () => {
    const { app, client, backend, token } = await story()
    const verification = await backend.sign(token, { exp: Math.floor(w.deps.now() / 1000) + 300 })
    const first = await continueWith(app, client, token, verification)
    assert.equal(first.status, 200)
    w.advance(59_999)
    assert.deepEqual((await continueWith(app, client, token, verification, {})).body, first.body)
    w.advance(1)
    assertRefused(await continueWith(app, client, token, verification, {}), 'token_reused', 'conflict')
  })

  test(`${engine}: a verification token completes one step: its jti is refused ever after`, async () => {
    const { app, client, backend, token } = await story()
    const jti = 'approval-1'
    assert.equal((await continueWith(app, client, token, await backend.sign(token, { jti }))).status, 200)
    const next = await challenged(app, client, 'pay')
    const again = await continueWith(app, client, next, await backend.sign(next, { jti }))
    assertRefused(again, 'invalid_verification_token', 'bad_request')
    assert.equal((await continueWith(app, client, next, await backend.sign(next))).status, 200)
    const other = await story()
    assert.equal(
      (await continueWith(other.app, other.client, other.token, await other.backend.sign(other.token, { jti }))).status,
      200,
    )
  })

  test(`${engine}: a session with a key proves it, with this challenge’s proof; a bearer beside it may be too old`, async () => {
    const { app, client, backend, token } = await story()
    const body = { challenge_token: token, verification_token: await backend.sign(token) }
    const bearer = { authorization: `Bearer ${client.accessToken}` }
    const send = (headers: Record<string, string>) => app.call(CONTINUE, { body, headers })
    assertRefused(await send({}), 'missing_dpop_proof', 'unauthorized')
    assertRefused(await send(bearer), 'missing_dpop_proof', 'unauthorized')
    const ordinary = (await client.key?.proof(`${app.origin}${CONTINUE}`)) ?? ''
    assertRefused(await send({ ...bearer, dpop: ordinary }), 'invalid_dpop_proof', 'unauthorized')
    const stranger = await boundProof(app, { ...client, key: await dpopKey(w) }, CONTINUE, token)
    assertRefused(await send({ ...bearer, ...stranger }), 'dpop_key_mismatch', 'unauthorized')
    const other = await login(w, app, client.userId)
    const proof = await boundProof(app, client, CONTINUE, token)
    const foreign = await send({ ...proof, authorization: `Bearer ${other.accessToken}` })
    assertRefused(foreign, 'token_mismatch', 'bad_request')
    w.advance(61_000)
    const late = { ...proof, ...bearer }
    body.verification_token = await backend.sign(token)
    assert.equal((await send(late)).status, 200)
  })

  test(`${engine}: a session without a key needs its own bearer, and a good one`, async () => {
    const { app, client, backend, token } = await story(APPROVE, 'cookie')
    const verification = await backend.sign(token)
    assertRefused(await continueWith(app, client, token, verification, {}), 'unauthorized', 'unauthorized')
    const empty = { authorization: 'Bearer' }
    assertRefused(await continueWith(app, client, token, verification, empty), 'unauthorized', 'unauthorized')
    const other = await login(w, app, client.userId, 'cookie')
    const foreign = await continueWith(app, other, token, verification)
    assertRefused(foreign, 'token_mismatch', 'bad_request')
    const answer = await continueWith(app, client, token, verification)
    assert.equal(answer.status, 200)
    w.advance(60_000)
    const expired = await continueWith(app, client, token, await backend.sign(token))
    assertRefused(expired, 'unauthorized', 'unauthorized')
    assert.equal((await refreshWith(client, answer.body.challenge_token)).status, 200)
    assert.deepEqual(scopesOf(client), ['pay'])
  })

  test(`${engine}: a step-up ends with its session`, async () => {
    const { app, client, backend, token } = await story()
    const verification = await backend.sign(token)
    assertNoContent(await client.post('/v1/session/revoke'))
    assertRefused(await continueWith(app, client, token, verification, {}), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: what is no challenge token of a step-up is refused, and one whose time is up`, async () => {
    const { app, client, backend, token } = await story()
    const verification = await backend.sign(token)
    for (const wrong of ['nonsense', client.accessToken, await challengeToken(w, app, client.userId)]) {
      const answer = await app.call(CONTINUE, { body: { challenge_token: wrong, verification_token: verification } })
      assertRefused(answer, 'invalid_challenge_token', 'bad_request')
    }
    w.advance(300_000)
    const late = await continueWith(app, client, token, await backend.sign(token))
    assertRefused(late, 'expired_challenge_token', 'bad_request')
  })

  test(`${engine}: a body says by what the step is done, and by one thing`, async () => {
    const { app, client, backend, token } = await story()
    const headers = await boundProof(app, client, CONTINUE, token)
    const passkey_assertion = NO_ASSERTION
    const verification_token = await backend.sign(token)
    for (const rest of [
      {},
      { passkey_assertion: { id: 'x' } },
      { verification_token: 1 },
      { verification_token, passkey_assertion },
      { verification_token, passkey_assertion: null },
    ]) {
      const answer = await app.call(CONTINUE, { body: { challenge_token: token, ...rest }, headers })
      assertRefused(answer, 'bad_request', 'bad_request')
    }
  })

  test(`${engine}: only a step of the application’s own is continued here`, async () => {
    const { app, client, backend, token } = await story(MAIL_THEN_APPROVE)
    const byPasskey = { challenge_token: token, passkey_assertion: NO_ASSERTION }
    const headers = await boundProof(app, client, CONTINUE, token)
    assertRefused(await app.call(CONTINUE, { body: byPasskey, headers }), 'step_not_found', 'bad_request')
    const bypassing = await backend.sign(token, { key: 'approve' })
    assertRefused(await continueWith(app, client, token, bypassing), 'step_not_found', 'bad_request')
    const second = await doCodeStep(w, app, client, token)
    const { body } = await continueWith(app, client, second, await backend.sign(second))
    const more = await continueWith(app, client, body.challenge_token, await backend.sign(second))
    assertRefused(more, 'step_not_found', 'bad_request')
  })

  test(`${engine}: each claim of a verification token is held against the challenge`, async () => {
    const steps = [step('approve', 1), step('sign', 2)]
    const app = await application(w)
    const backend = await bank(w)
    const step_keys = [{ key: 'approve' }, { key: 'sign' }]
    await configureWith(app, configOf([direct('pay', { steps })], { step_keys, jwks_url: backend.jwksUrl }))
    outside(w, backend)
    const client = await login(w, app, await user(w, app, { email: 'ana@example.com' }))
    const token = await challenged(app, client, 'pay')
    const now = Math.floor(w.deps.now() / 1000)
    for (const [claims, code] of [
      [{ sub: 'usr_somebody' }, 'token_mismatch'],
      [{ challenge_id: claimsOf(await challenged(app, client, 'pay')).challenge_id }, 'token_mismatch'],
      [{ key: 'unknown' }, 'step_not_found'],
      [{ key: 'sign' }, 'step_bypassed'],
      [{ status: 'pending' }, 'step_not_completed'],
      [{ jti: undefined }, 'invalid_verification_token'],
      [{ jti: 'x'.repeat(257) }, 'invalid_verification_token'],
      [{ exp: now - 30 }, 'invalid_verification_token'],
      [{ nbf: now + 31 }, 'invalid_verification_token'],
      [{ iat: now - 630, exp: now + 3600 }, 'invalid_verification_token'],
    ] as const) {
      const answer = await continueWith(app, client, token, await backend.sign(token, claims))
      assertRefused(answer, code, 'bad_request')
    }
    const { body } = await continueWith(app, client, token, await backend.sign(token, { jti: 'x'.repeat(256) }))
    const second = await continueWith(app, client, body.challenge_token, await backend.sign(token))
    assertRefused(second, 'step_bypassed', 'bad_request')
    assert.equal(claimsOf(body.challenge_token).current_step, 'sign')
  })

  test(`${engine}: only a signature by a published RSA key counts`, async () => {
    const { app, client, backend, token } = await story()
    const other = await bank(w)
    const pss = await bank(w, 'PS256')
    const curve = await bank(w, 'ES256')
    const [kid] = backend.jwks.keys.map((key) => (key as { kid: string }).kid)
    outside(w, { ...backend, jwks: { keys: [...backend.jwks.keys, ...pss.jwks.keys, ...curve.jwks.keys] } })
    const none = `${Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')}.${(await backend.sign(token)).split('.')[1]}.`
    for (const forged of [
      await other.sign(token),
      await other.sign(token, {}, { kid: kid as string }),
      await backend.sign(token, {}, { kid: undefined }),
      await pss.sign(token),
      await curve.sign(token),
      none,
      'nonsense',
    ]) {
      assertRefused(await continueWith(app, client, token, forged), 'invalid_verification_token', 'bad_request')
    }
    assert.equal((await continueWith(app, client, token, await backend.sign(token))).status, 200)
  })

  test(`${engine}: the bank’s keys are fetched once in ten minutes, and for a kid that nobody has seen`, async () => {
    const { app, client, backend } = await story(direct('pay', { steps: [step('approve', 1, 3600)] }))
    const fetched = () => w.outbound.filter(({ url }) => url === backend.jwksUrl).length
    for (let i = 0; i < 3; i++) {
      const token = await challenged(app, client, 'pay')
      assert.equal((await continueWith(app, client, token, await backend.sign(token))).status, 200)
    }
    assert.equal(fetched(), 1)
    w.advance(31_000)
    const rotated = await bank(w)
    outside(w, { ...rotated, jwksUrl: backend.jwksUrl })
    const token = await challenged(app, client, 'pay')
    assert.equal((await continueWith(app, client, token, await rotated.sign(token))).status, 200)
    assert.equal(fetched(), 2)
  })

  test(`${engine}: while the bank’s keys cannot be had nothing is used up`, async () => {
    const { app, client, backend, token } = await story()
    const verification = await backend.sign(token)
    outside(w, {})
    assertRefused(await continueWith(app, client, token, verification), 'internal', 'internal')
    outside(w, backend)
    w.advance(10_000)
    assert.equal((await continueWith(app, client, token, verification)).status, 200)
  })

  test(`${engine}: without a configuration there are no keys to verify with`, async () => {
    const { app, client, backend, token } = await story()
    assertNoContent(await app.manage(CONFIG, { method: 'DELETE' }))
    const answer = await continueWith(app, client, token, await backend.sign(token))
    assertRefused(answer, 'not_configured', 'forbidden')
  })
}
