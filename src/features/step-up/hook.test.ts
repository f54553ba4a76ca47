import assert from 'node:assert/strict'
import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { application, type Client, claimsOf, login, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  challenged,
  configure,
  delegated,
  doCodeStep,
  HOOK,
  outside,
  refreshWith,
  requestScope,
  scopesOf,
  step,
  termsOf,
} from '../../../test/house/step-up.ts'
import { findTermsProblem, termsShape } from '../../core/step-up/terms.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { readTerms } from './hook.ts'

const OWN = ['approve']
const many = Array.from({ length: 11 }, (_, i) => step(`approve${i}`, i + 1))

for (const [reason, answers] of Object.entries({
  invalid_response: [null, [], 'review', 1, true],
  invalid_status: [{}, { status: 'ok' }, termsOf({ status: 'CONTINUE' }), termsOf({ status: null })],
  missing_steps: [termsOf({ steps: [] }), termsOf({ steps: undefined }), termsOf({ steps: null })],
  invalid_grant_mode: [termsOf({ grant_mode: undefined }), termsOf({ grant_mode: 'session-start' })],
  invalid_granted_for: [
    ...[-1, 86_401, 0.5, '300', 0, null, undefined].map((granted_for) => termsOf({ granted_for })),
    termsOf({ grant_mode: 'profile-bound', granted_for: 0 }),
    termsOf({ status: 'continue', granted_for: 0 }),
  ],
  invalid_step: [
    ...['', 'a b', 'x'.repeat(65), 'unknown', 'wait_for_review', 'completed', 1].map((key) =>
      termsOf({ steps: [{ ...step('approve'), key }] }),
    ),
    ...[0, 1.5, '1', undefined].map((order) => termsOf({ steps: [{ ...step('approve'), order }] })),
    ...[-1, 86_401, 1.5].map((seconds) => termsOf({ steps: [step('approve', 1, seconds)] })),
    termsOf({ steps: [step('approve', 1), step('verify_sms', 1)] }),
    termsOf({ steps: [step('approve', 1), step('approve', 2)] }),
    termsOf({ steps: 'approve' }),
    termsOf({ steps: { 0: step('approve') } }),
    termsOf({ steps: many }),
    termsOf({ status: 'continue', steps: ['approve'] }),
  ],
})) {
  for (const answer of answers) {
    test(`a hook that answers ${JSON.stringify(answer)?.slice(0, 160)} fails by ${reason}`, () => {
      assert.deepEqual(readTerms(answer, OWN), { kind: 'hook_failed', reason })
    })
  }
}

test('a hook may leave out what does not matter, and say more than is asked', () => {
  const terms = (answer: unknown) => {
    const read = readTerms(answer, OWN)
    return read.kind === 'terms' ? read.terms : read
  }
  assert.equal((terms({ status: 'block', grant_mode: 'nonsense', steps: 1 }) as { status: string }).status, 'block')
  const once = { status: 'continue', grant_mode: 'single-use' }
  assert.deepEqual(terms({ ...once, note: 'x' }), { ...once, granted_for: 0, steps: [] })
  assert.deepEqual(terms({ ...once, granted_for: null, steps: null }), { ...once, granted_for: 0, steps: [] })
  const steps = [{ order: 3, key: 'approve' }]
  assert.deepEqual(
    terms(termsOf({ granted_for: 86_400, steps })),
    termsOf({ granted_for: 86_400, steps: [step('approve', 3, 0)] }),
  )
})

const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined))
const answers = fc.record({
  status: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('continue', 'review', 'block') }, odd),
  grant_mode: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('single-use', 'session-bound', 'profile-bound') }, odd),
  granted_for: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -1, max: 86_401 }) }, odd),
  steps: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.array(
        fc.record({
          order: fc.integer({ min: 0, max: 5 }),
          key: fc.constantFrom('approve', 'verify_sms', 'verify_email', 'verify_passkey', 'unknown'),
          expiration_duration: fc.integer({ min: -1, max: 86_401 }),
        }),
        { maxLength: 3 },
      ),
    },
    odd,
  ),
})

test('whatever a hook answers is terms that a configuration could have, or one reason', () => {
  const seen = { terms: 0, hook_failed: 0 }
  fc.assert(
    fc.property(answers, (answer) => {
      const read = readTerms(answer, OWN)
      seen[read.kind] += 1
      if (read.kind === 'terms') {
        assert.deepEqual(termsShape.parse(read.terms), read.terms)
        assert.equal(findTermsProblem(read.terms, OWN), undefined)
      }
    }),
    { numRuns: 5000 },
  )
  assert.ok(seen.terms > 0 && seen.hook_failed > 0)
})

for (const { engine, w } of await stages()) {
  async function story(person = { email: 'ana@example.com', phone: '+33612345678' }) {
    const app = await application(w)
    await configure(app, delegated('pay'))
    return { app, client: await login(w, app, await user(w, app, person)) }
  }

  test(`${engine}: the hook is asked with a signature, and its terms are the challenge’s`, async () => {
    const { app, client } = await story()
    outside(w, { hook: () => ({ body: termsOf({ grant_mode: 'single-use', granted_for: 0 }) }) })
    const metadata = { amount: '500', currency: 'USD' }
    const token = await challenged(app, client, 'pay', { sdk: 'ios', metadata })
    const asked = w.outbound.at(-1)
    assert.ok(asked)
    assert.equal(asked.method, 'POST')
    assert.equal(asked.url, HOOK)
    assert.deepEqual(JSON.parse(String(asked.body)), {
      scope_requested: 'pay',
      user_id: client.userId,
      identifiers: [
        { type: 'email_address', value: 'ana@example.com' },
        { type: 'phone_number', value: '+33612345678' },
      ],
      signals: { user_agent: 'Prelude/0.7.0 (Apple; iOS 17.4.1)', platform: 'IOS', ip: '127.0.0.1' },
      metadata,
    })
    const { headers = {} } = asked
    assert.equal(headers['user-agent'], 'Prelude-SessionStepUpHook/1.0')
    assert.equal(headers['content-type'], 'application/json')
    const { keys } = (await app.call('/.well-known/jwks.json')).body
    const jwk = keys.find(({ kid }: { kid: string }) => kid === headers['x-webhook-signature-key-id'])
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const signature = Buffer.from(headers['x-webhook-signature'] ?? '', 'base64url')
    assert.ok(
      verifySignature('sha256', Buffer.from(String(asked.body)), { key, padding: 6, saltLength: 32 }, signature),
    )

    assert.equal(claimsOf(token).grant_mode, 'single-use')
    await refreshWith(client, await doCodeStep(w, app, client, token))
    assert.deepEqual(scopesOf(client), ['pay'])
    assert.deepEqual(await eventsOf(w, app, 'step_up.hook_failed'), [])
  })

  test(`${engine}: the hook lets pass and blocks`, async () => {
    const { app, client } = await story()
    outside(w, { hook: () => ({ body: termsOf({ status: 'continue', steps: [] }) }) })
    const passed = await requestScope(app, client, 'pay')
    assert.equal(passed.body.status, 'continue')
    assert.equal(claimsOf(passed.body.challenge_token).current_step, 'completed')
    outside(w, { hook: () => ({ body: { status: 'block' } }) })
    assert.deepEqual((await requestScope(app, client, 'pay')).body, { status: 'block' })
    assert.deepEqual(JSON.parse(String(w.outbound.at(-1)?.body)).metadata, {})
  })

  const failures: readonly (readonly [string, { body: unknown; status?: number } | undefined])[] = [
    ['request_failed', undefined],
    ['invalid_status_code', { body: termsOf(), status: 403 }],
    ['invalid_status_code', { body: termsOf(), status: 302 }],
    ['invalid_status_code', { body: { status: 'block' }, status: 425 }],
    ['invalid_status_code', { body: termsOf({ status: 'continue', steps: [] }), status: 429 }],
    ['invalid_response', { body: 'null' }],
    ['response_decode_failed', { body: '<html>' }],
    ['response_decode_failed', { body: '' }],
    ['invalid_response', { body: [] }],
    ['invalid_status', { body: termsOf({ status: 'maybe' }) }],
    ['missing_steps', { body: termsOf({ steps: [] }) }],
    ['invalid_grant_mode', { body: termsOf({ grant_mode: 'forever' }) }],
    ['invalid_granted_for', { body: termsOf({ granted_for: 0 }) }],
    ['invalid_step', { body: termsOf({ steps: [step('unknown')] }) }],
  ]
  for (const [reason, answer] of failures) {
    test(`${engine}: a hook that answers ${JSON.stringify(answer)} is announced with ${reason}, the client gets internal`, async () => {
      const { app, client } = await story()
      outside(w, { hook: () => answer })
      assertRefused(await requestScope(app, client, 'pay'), 'internal', 'internal')
      const occurred_at = rfc3339(w.deps.now())
      const event = { user_id: client.userId, scope: 'pay', reason, occurred_at }
      assert.deepEqual(await eventsOf(w, app, 'step_up.hook_failed'), [event])
    })
  }

  test(`${engine}: a step that this user cannot do is the hook’s fault`, async () => {
    const { app, client } = await story({ email: 'bo@example.com' } as never)
    outside(w, { hook: () => ({ body: termsOf({ steps: [step('verify_sms')] }) }) })
    assertRefused(await requestScope(app, client, 'pay'), 'internal', 'internal')
    const [event] = await eventsOf(w, app, 'step_up.hook_failed')
    assert.equal(event?.reason, 'invalid_step')
  })

  test(`${engine}: a user has the hook asked thirty times in ten minutes; others are not held back`, async () => {
    const { app, client } = await story()
    w.advance(600_000 - (w.deps.now() % 600_000))
    await client.post('/v1/session/refresh')
    outside(w, { hook: () => ({ body: { status: 'block' } }) })
    for (let i = 0; i < 30; i++) assert.equal((await requestScope(app, client, 'pay')).status, 200)
    const before = w.outbound.length
    const more = await requestScope(app, client, 'pay')
    assertRefused(more, 'rate_limited', 'rate_limited')
    assert.equal(more.headers.get('retry-after'), '600')
    assert.equal(w.outbound.length, before)
    const other = await login(w, app, await user(w, app, { email: 'bo@example.com' }))
    assert.equal((await requestScope(app, other, 'pay')).status, 200)
    w.advance(600_000)
    await client.post('/v1/session/refresh')
    assert.equal((await requestScope(app, client, 'pay')).status, 200)
  })

  test(`${engine}: a network has sixteen questions to the hook under way; who has waited two seconds is put off, and nobody is blamed`, async () => {
    const { app } = await story()
    // Whoever asks waits, and the clock goes on, for longer than a token lives otherwise.
    const sessions = { access_token_lifetime_seconds: 3600 }
    assert.equal((await app.manage('/settings', { method: 'PATCH', body: { settings: { sessions } } })).status, 200)
    const others: Client[] = []
    for (let i = 0; i < 3; i++) others.push(await login(w, app, await user(w, app, { email: `u${i}@example.com` })))
    const ends: (() => void)[] = []
    const body = Buffer.from(JSON.stringify({ status: 'block' }))
    w.fakeNetwork(async () => {
      await new Promise<void>((resolve) => ends.push(resolve))
      return { kind: 'answered', status: 200, headers: {}, body }
    })
    const statuses: number[] = []
    const asked: Promise<unknown>[] = []
    const ask = (i: number) =>
      asked.push(
        requestScope(app, others[i % 3] as Client, 'pay').then((answer) => {
          statuses.push(answer.status)
          if (answer.status === 200) return
          assertRefused(answer, 'overloaded', 'unavailable')
          assert.equal(answer.headers.get('retry-after'), '1')
        }),
      )
    for (let i = 0; i < 16; i++) ask(i)
    while (ends.length < 16) await new Promise((resolve) => setTimeout(resolve, 5))
    // Nobody outside sees that a question waits: until one is put off, another comes, and the clock goes on.
    for (let i = 0; !statuses.includes(503); i++) {
      assert.ok(i < 100)
      ask(i)
      await new Promise((resolve) => setTimeout(resolve, 20))
      assert.ok(ends.length <= 16 + i)
      w.advance(2_001)
      ends[i]?.()
    }
    const all = Promise.all(asked)
    const open = setInterval(() => ends.splice(0).map((end) => end()), 5)
    await all.finally(() => clearInterval(open))
    assert.deepEqual([...new Set(statuses)].sort(), [200, 503])
    assert.deepEqual(await eventsOf(w, app, 'step_up.hook_failed'), [])
  })
}
