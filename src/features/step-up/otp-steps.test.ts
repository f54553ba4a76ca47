import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, claimsOf, dpopKey, login, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  boundProof,
  CHECK,
  challenged,
  checkCode,
  configure,
  direct,
  doCodeStep,
  OTP,
  readCode,
  refreshWith,
  requestScope,
  type Sdk,
  scopesOf,
  sendCode,
  step,
} from '../../../test/house/step-up.ts'

for (const { engine, w } of await stages()) {
  async function story(scope: object = direct('pay'), carrier: 'header' | 'cookie' = 'header') {
    const app = await application(w)
    await configure(app, scope)
    const userId = await user(w, app, { email: 'ana@example.com', phone: '+33612345678' })
    return { app, client: await login(w, app, userId, carrier) }
  }

  for (const sdk of ['web', 'android', 'ios'] as const satisfies readonly Sdk[]) {
    test(`${engine}: two codes, by e-mail then by SMS, get the scope, as the ${sdk} SDK asks for it`, async () => {
      const steps = [step('verify_sms', 2, 60), step('verify_email', 1, 300)]
      const { app, client } = await story(direct('pay', { steps }))
      const asked = await requestScope(app, client, 'pay', { sdk, metadata: { amount: '500' } })
      assert.equal(asked.status, 200)
      assert.deepEqual(Object.keys(asked.body).sort(), ['challenge_token', 'status'])
      assert.equal(asked.body.status, 'review')

      const first = claimsOf(asked.body.challenge_token)
      const now = Math.floor(w.deps.now() / 1000)
      assert.equal(first.sub, client.userId)
      assert.equal(first.sid, client.sessionId)
      assert.equal(first.scope_requested, 'pay')
      assert.equal(first.current_step, 'verify_email')
      assert.equal(first.exp, now + 300)
      assert.deepEqual(first.metadata, { amount: '500' })
      const done = (...flags: boolean[]) =>
        [step('verify_email', 1, 300), step('verify_sms', 2, 60)].map((one, i) => ({ ...one, done: flags[i] }))
      assert.deepEqual(first.steps, done(false, false))

      w.advance(299_000)
      const mail = await sendCode(w, app, asked.body.challenge_token)
      assert.equal(mail.recipient, 'ana@example.com')
      const checked = await checkCode(app, client, asked.body.challenge_token, mail.code)
      assert.equal(checked.status, 200, JSON.stringify(checked.body))
      const second = claimsOf(checked.body.challenge_token)
      assert.equal(second.challenge_id, first.challenge_id)
      assert.notEqual(second.jti, first.jti)
      assert.equal(second.current_step, 'verify_sms')
      assert.equal(second.exp, now + 299 + 60)
      assert.deepEqual(second.steps, done(true, false))

      const sms = await sendCode(w, app, checked.body.challenge_token)
      assert.equal(sms.recipient, '+33612345678')
      const last = await checkCode(app, client, checked.body.challenge_token, sms.code)
      const completed = claimsOf(last.body.challenge_token)
      assert.equal(completed.current_step, 'completed')
      assert.equal(completed.exp, now + 299 + 600)
      assert.deepEqual(completed.steps, done(true, true))

      assert.deepEqual(scopesOf(client), [])
      assert.equal((await refreshWith(client, last.body.challenge_token)).status, 200)
      assert.deepEqual(scopesOf(client), ['pay'])
    })
  }

  test(`${engine}: a lost answer is given again for a minute, to the letter; then the token is used up`, async () => {
    const { app, client } = await story(direct('pay', { steps: [step('verify_email', 1, 3600)] }))
    const token = await challenged(app, client, 'pay')
    const { code } = await sendCode(w, app, token)
    const first = await checkCode(app, client, token, code)
    for (const ms of [1, 30_000, 29_998]) {
      w.advance(ms)
      assert.deepEqual((await checkCode(app, client, token, code)).body, first.body)
    }
    assertRefused(await checkCode(app, client, token, '000000'), 'bad_check_code', 'unauthorized')
    w.advance(1)
    assertRefused(await checkCode(app, client, token, code), 'token_reused', 'conflict')
    assertRefused(await app.call(OTP, { body: { challenge_token: token } }), 'token_reused', 'conflict')
    assert.equal((await refreshWith(client, first.body.challenge_token)).status, 200)
    assert.deepEqual(scopesOf(client), ['pay'])
  })

  test(`${engine}: a step has its time: after it no code is sent, and the right one is as good as a wrong one`, async () => {
    const { app, client } = await story(direct('pay', { steps: [step('verify_email', 1, 60)] }))
    const token = await challenged(app, client, 'pay')
    const { code } = await sendCode(w, app, token)
    w.advance(60_000)
    assertRefused(await app.call(OTP, { body: { challenge_token: token } }), 'expired_challenge_token', 'bad_request')
    assertRefused(await checkCode(app, client, token, code), 'bad_check_code', 'unauthorized')
  })

  test(`${engine}: a step without a time of its own has ten minutes`, async () => {
    const { app, client } = await story(direct('pay', { steps: [{ order: 1, key: 'verify_email' }] }))
    const { iat, exp } = claimsOf(await challenged(app, client, 'pay'))
    assert.equal(Number(exp) - Number(iat), 600)
  })

  test(`${engine}: a proof is asked for before an attempt is counted, and must be by the session’s key and for this challenge`, async () => {
    const { app, client } = await story()
    const token = await challenged(app, client, 'pay')
    const { code } = await sendCode(w, app, token)
    const send = (headers: Record<string, string>) =>
      app.call(CHECK, { body: { code: '000000', challenge_token: token }, headers })
    const url = `${app.origin}${CHECK}`
    const jti = claimsOf(token).jti
    const stranger = { ...client, key: await dpopKey(w) }
    const other = { dpop: (await client.key?.proof(url)) ?? '' }
    for (let i = 0; i < 3; i++) {
      assertRefused(await send({}), 'missing_dpop_proof', 'unauthorized')
      assertRefused(await send(other), 'invalid_dpop_proof', 'unauthorized')
      assertRefused(await send(await boundProof(app, stranger, CHECK, token)), 'dpop_key_mismatch', 'unauthorized')
    }
    const late = { dpop: (await client.key?.proof(url, { claims: { jti, iat: 1 } })) ?? '' }
    assert.equal((await app.call(CHECK, { body: { code, challenge_token: token }, headers: late })).status, 200)
  })

  test(`${engine}: a session without a key needs no proof, the code suffices; a proof that is sent must hold`, async () => {
    const { app, client } = await story(direct('pay'), 'cookie')
    const token = await challenged(app, client, 'pay')
    const { code } = await sendCode(w, app, token)
    const body = { code, challenge_token: token }
    const wrong = await app.call(CHECK, { body, headers: { dpop: 'nonsense' } })
    assertRefused(wrong, 'invalid_dpop_proof', 'unauthorized')
    const stranger = await boundProof(app, { ...client, key: await dpopKey(w) }, CHECK, token)
    assert.equal((await app.call(CHECK, { body, headers: stranger })).status, 200)
    const answer = await app.call(CHECK, { body })
    assert.equal(answer.status, 200)
    assert.equal((await refreshWith(client, answer.body.challenge_token)).status, 200)
    assert.deepEqual(scopesOf(client), ['pay'])
  })

  test(`${engine}: five wrong codes spend the attempts, and the right one comes too late`, async () => {
    const { app, client } = await story()
    const token = await challenged(app, client, 'pay')
    const { code } = await sendCode(w, app, token)
    const wrong = code === '000000' ? '000001' : '000000'
    for (let i = 0; i < 5; i++)
      assertRefused(await checkCode(app, client, token, wrong), 'bad_check_code', 'unauthorized')
    assertRefused(await checkCode(app, client, token, code), 'bad_check_code', 'unauthorized')
  })

  test(`${engine}: what a step can be asked again, it is asked three times`, async () => {
    const { app, client } = await story()
    const token = await challenged(app, client, 'pay')
    const codes = []
    for (let i = 0; i < 4; i++) codes.push((await sendCode(w, app, token)).code)
    const more = await app.call(OTP, { body: { challenge_token: token } })
    assertRefused(more, 'rate_limited', 'rate_limited')
    assert.equal((await checkCode(app, client, token, codes.at(-1) ?? '')).status, 200)
  })

  for (const carrier of ['header', 'cookie'] as const) {
    test(`${engine}: a code that did not arrive is sent again by what its start answered, by ${carrier}`, async () => {
      const { app, client } = await story()
      const token = await challenged(app, client, 'pay')
      const started = await app.call(OTP, { body: { challenge_token: token } })
      const header = { 'x-verification-token': started.headers.get('x-verification-token') ?? '' }
      const cookie = { cookie: started.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
      await w.drain()
      const old = await readCode(w, app)
      w.advance(1)
      const retried = await app.call('/v1/session/otp/retry', {
        method: 'POST',
        headers: carrier === 'header' ? header : cookie,
      })
      assertNoContent(retried)
      await w.drain()
      const { code } = await readCode(w, app)
      assert.notEqual(code, old.code)
      assertRefused(await checkCode(app, client, token, old.code), 'bad_check_code', 'unauthorized')
      assert.equal((await checkCode(app, client, token, code)).status, 200)
    })
  }

  test(`${engine}: what a step’s code was sent for logs nobody in`, async () => {
    const { app, client } = await story()
    const token = await challenged(app, client, 'pay')
    const started = await app.call(OTP, { body: { challenge_token: token } })
    const headers = { 'x-verification-token': started.headers.get('x-verification-token') ?? '' }
    await w.drain()
    const { code } = await readCode(w, app)
    for (const path of [CHECK, '/v1/session/login/otp/check'])
      assert.equal((await app.call(path, { body: { code }, headers })).status, 401)
    assert.equal((await checkCode(app, client, token, code)).status, 200)
  })

  test(`${engine}: without a code having been sent none is right`, async () => {
    const { app, client } = await story()
    const token = await challenged(app, client, 'pay')
    assertRefused(await checkCode(app, client, token, '123456'), 'bad_check_code', 'unauthorized')
  })

  test(`${engine}: a step-up ends with its session`, async () => {
    const { app, client } = await story()
    const token = await challenged(app, client, 'pay')
    const { code } = await sendCode(w, app, token)
    assertNoContent(await client.post('/v1/session/revoke'))
    assertRefused(await app.call(OTP, { body: { challenge_token: token } }), 'unauthorized', 'unauthorized')
    assertRefused(await checkCode(app, client, token, code), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: a token that stands at no code is refused, and one that is no challenge of a step-up`, async () => {
    const { app, client } = await story()
    const token = await challenged(app, client, 'pay')
    const completed = await doCodeStep(w, app, client, token)
    const userId = client.userId
    for (const [presented, code] of [
      [completed, 'step_not_found'],
      [await challengeToken(w, app, userId), 'invalid_challenge_token'],
      [client.accessToken, 'invalid_challenge_token'],
      ['nonsense', 'invalid_challenge_token'],
    ] as const) {
      assertRefused(await app.call(OTP, { body: { challenge_token: presented } }), code, 'bad_request')
      const body = { code: '123456', challenge_token: presented }
      assertRefused(await app.call(CHECK, { body }), code, 'bad_request')
    }
  })

  test(`${engine}: an identifier that is gone since is sent no code, nor one whose channel has no configuration`, async () => {
    const { app, client } = await story(direct('pay', { steps: [step('verify_email'), step('verify_sms', 2)] }))
    const token = await challenged(app, client, 'pay')
    const identifier = { type: 'email_address', value: 'ana@example.com' }
    const sms = { channel_type: 'sms', is_default: true }
    assert.equal((await app.manage('/config/login/otp', { body: sms })).status, 201)
    assertRefused(await app.call(OTP, { body: { challenge_token: token } }), 'no_login_config', 'bad_request')
    await app.manage(`/users/${client.userId}/identifiers`, { method: 'DELETE', body: { identifier } })
    assertRefused(await app.call(OTP, { body: { challenge_token: token } }), 'step_not_found', 'bad_request')
  })
}
