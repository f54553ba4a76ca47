import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, dpopKey, login, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  checkCode,
  configure,
  direct,
  headersOf,
  REQUEST,
  refreshWith,
  requestScope,
  SDK,
  scopesOf,
  sendCode,
  step,
} from '../../../test/house/step-up.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'

const MOBILE = ['android', 'ios'] as const

for (const { engine, w } of await stages()) {
  async function story(person: { email?: string; phone?: string }, ...scopes: readonly object[]) {
    const app = await application(w)
    await configure(app, ...scopes)
    return { app, client: await login(w, app, await user(w, app, person)) }
  }

  test(`${engine}: without a configuration no scope is granted, and with one only its own`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app, { email: 'ana@example.com' }))
    assertRefused(await requestScope(app, client, 'pay'), 'not_configured', 'forbidden')
    await configure(app, direct('pay'))
    for (const scope of ['PAY', 'pay.', 'prld:pwd:write'])
      assertRefused(await requestScope(app, client, scope), 'scope_not_allowed', 'forbidden')
    assert.equal((await requestScope(app, client, 'pay')).status, 200)
  })

  test(`${engine}: the body is a scope, and what else an SDK adds is passed over`, async () => {
    const { client } = await story({ email: 'ana@example.com' }, direct('pay'))
    const send = (body: unknown) => client.bearer(REQUEST, { method: 'POST', body })
    for (const body of [undefined, {}, { scope: '' }, { scope: 'a b' }, { scope: 1 }, { scope: 'x'.repeat(129) }])
      assertRefused(await send(body), 'bad_request', 'bad_request')
    assert.equal((await send({ scope: 'pay', dispatch_id: crypto.randomUUID(), domain: 'x', extra: null })).status, 200)
  })

  test(`${engine}: metadata that are not valid are refused, and others are in the challenge`, async () => {
    const { app, client } = await story({ email: 'ana@example.com' }, direct('pay'))
    const ask = (metadata: unknown) => requestScope(app, client, 'pay', { metadata })
    const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']))
    for (const wrong of [
      null,
      'amount',
      ['amount'],
      pairs(6),
      { amount: 500 },
      { amount: null },
      { '': 'x' },
      { 'a b': 'x' },
      { thirteenchars: 'x' },
      { amount: 'x'.repeat(33) },
      { identifier: 'x'.repeat(321) },
    ]) {
      assertRefused(await ask(wrong), 'invalid_metadata', 'bad_request')
    }
    for (const right of [pairs(5), { twelve_chars: 'ü'.repeat(32), identifier: 'x'.repeat(320), '.-_:': '' }]) {
      const { body } = await ask(right)
      assert.deepEqual(claimsOf(body.challenge_token).metadata, right)
    }
    assert.equal(claimsOf((await ask({})).body.challenge_token).metadata, undefined)
  })

  test(`${engine}: only who holds a live access token asks, with a proof by its key or none`, async () => {
    const { app, client } = await story({ email: 'ana@example.com' }, direct('pay'))
    const post = (headers: Record<string, string>) => app.call(REQUEST, { body: { scope: 'pay' }, headers })
    const bearer = { authorization: `Bearer ${client.accessToken}` }
    assertRefused(await post({}), 'unauthorized', 'unauthorized')
    assertRefused(await post({ authorization: 'Bearer' }), 'unauthorized', 'unauthorized')
    assertRefused(await post({ ...bearer, dpop: 'nonsense' }), 'invalid_dpop_proof', 'unauthorized')
    const stranger = await (await dpopKey(w)).proof(`${app.origin}${REQUEST}`)
    assertRefused(await post({ ...bearer, dpop: stranger }), 'dpop_key_mismatch', 'unauthorized')
    const old = (await client.key?.proof(`${app.origin}${REQUEST}`, { claims: { iat: 1 } })) ?? ''
    assertRefused(await post({ ...bearer, dpop: old }), 'use_dpop_nonce', 'bad_request')
    assert.equal((await post(bearer)).status, 200)
    assert.equal((await post({ ...bearer, ...(await headersOf(app, client, 'ios')) })).status, 200)
  })

  test(`${engine}: of several entries for a scope the first counts that asks for something the user has proven`, async () => {
    const entries = [
      direct('pay', { identifier_types: ['phone_number'], steps: [step('verify_sms', 1, 60)] }),
      direct('pay', { identifier_types: ['email_address'], steps: [step('verify_email', 1, 120)] }),
      direct('pay', { identifier_types: ['email_address', 'phone_number'], status: 'block' }),
    ]
    const stepFor = async (person: { email?: string; phone?: string }) => {
      const { app, client } = await story(person, ...entries)
      const answer = await requestScope(app, client, 'pay')
      return answer.status === 200 ? claimsOf(answer.body.challenge_token).current_step : answer.body.code
    }
    assert.equal(await stepFor({ phone: '+33612345678' }), 'verify_sms')
    assert.equal(await stepFor({ email: 'ana@example.com' }), 'verify_email')
    assert.equal(await stepFor({ email: 'ana@example.com', phone: '+33612345678' }), 'verify_sms')
    assert.equal(await stepFor({}), 'direct_scope_identifier_mismatch')
  })

  test(`${engine}: an identifier that the user has not proven counts for nothing`, async () => {
    const { app, client } = await story({}, direct('pay'))
    const identifier = { type: 'email_address', value: 'ana@example.com' } as const
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, client.userId, identifier, false))
    const answer = await requestScope(app, client, 'pay')
    assertRefused(answer, 'direct_scope_identifier_mismatch', 'forbidden')
  })

  test(`${engine}: a review with a step that the user cannot do is refused at once`, async () => {
    const steps = [step('verify_email'), step('verify_sms', 2)]
    const { app, client } = await story({ email: 'ana@example.com' }, direct('pay', { steps }))
    const answer = await requestScope(app, client, 'pay')
    assertRefused(answer, 'direct_scope_identifier_mismatch', 'forbidden')
  })

  test(`${engine}: a blocked scope has no challenge`, async () => {
    const { app, client } = await story({ email: 'ana@example.com' }, direct('pay', { status: 'block', steps: [] }))
    for (const sdk of ['web', ...MOBILE] as const) {
      const answer = await requestScope(app, client, 'pay', { sdk })
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, { status: 'block' })
    }
  })

  test(`${engine}: a scope granted at once: the web SDK refreshes with a completed token`, async () => {
    const { app, client } = await story({ email: 'ana@example.com' }, direct('pay', { status: 'continue' }))
    const { body } = await requestScope(app, client, 'pay')
    assert.equal(body.status, 'continue')
    const claims = claimsOf(body.challenge_token)
    assert.equal(claims.current_step, 'completed')
    assert.deepEqual(claims.steps, [])
    assert.equal((await refreshWith(client, body.challenge_token)).status, 200)
    assert.deepEqual(scopesOf(client), ['pay'])
  })

  for (const sdk of MOBILE) {
    test(`${engine}: a scope granted at once: the ${sdk} SDK gets a step to do all the same`, async () => {
      const own = direct('own', { status: 'continue', steps: [step('verify_sms', 1, 60)] })
      const none = direct('none', { status: 'continue', steps: [] })
      const both = { email: 'ana@example.com', phone: '+33612345678' }
      const { app, client } = await story(both, own, none)
      const ask = async (scope: string) => {
        const { body } = await requestScope(app, client, scope, { sdk })
        assert.equal(body.status, 'continue')
        return body.challenge_token as string
      }
      assert.equal(claimsOf(await ask('own')).current_step, 'verify_sms')
      const token = await ask('none')
      assert.deepEqual(claimsOf(token).steps, [{ ...step('verify_email', 1, 0), done: false }])
      const { code } = await sendCode(w, app, token)
      const answer = await checkCode(app, client, token, code)
      assert.equal((await refreshWith(client, answer.body.challenge_token)).status, 200)
      assert.deepEqual(scopesOf(client), ['none'])
    })
  }

  test(`${engine}: a step that a mobile client gets instead is one that the user can do and the application sends codes for`, async () => {
    const scope = direct('pay', { status: 'continue', steps: [step('verify_email')] })
    const { app, client } = await story({ phone: '+33612345678' }, scope)
    const currentStep = async () => {
      const { body } = await requestScope(app, client, 'pay', { sdk: 'ios' })
      return claimsOf(body.challenge_token).current_step
    }
    assert.equal(await currentStep(), 'verify_sms')
    const email = { channel_type: 'email', is_default: true }
    assert.equal((await app.manage('/config/login/otp', { body: email })).status, 201)
    assert.equal(await currentStep(), 'completed')
  })

  test(`${engine}: only the name at the end of X-SDK-User-Agent makes a web client`, async () => {
    const { client } = await story({ email: 'ana@example.com' }, direct('pay', { status: 'continue' }))
    for (const [name, expected] of [
      ['Prelude/0.6.0 Core/0.1.2 (Web)', 'completed'],
      ['Prelude/0.6.0 (Web) Core/0.1.2', 'verify_email'],
      ['', 'verify_email'],
    ] as const) {
      const headers = { ...SDK.android, ...(name && { 'x-sdk-user-agent': name }) }
      const { body } = await client.bearer(REQUEST, { method: 'POST', body: { scope: 'pay' }, headers })
      assert.equal(claimsOf(body.challenge_token).current_step, expected, name)
    }
  })
}
