import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { readTraceparent } from '../../src/platform/traces/traceparent.ts'
import { application, FINALIZE, login, pkce, REFRESH, REVOKE, user } from '../builders.ts'
import { ENGINES, type World } from '../world.ts'
import { answered, configure, HOOK, hookKnows, MIGRATION, migrate, personOf } from './legacy.ts'
import { provider, queue } from './messages.ts'
import { assertSilent } from './silence.ts'
import { parentOf, textOf, tracedWorld } from './traces.ts'
import { receiver, webhook } from './webhooks.ts'

const EMAIL = 'ada.lovelace@example.com'
const PHONE = '+33612345678'
const LEGACY_TOKEN = 'legacy-session-of-ada-0123456789'
const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`
const AUTH_TOKEN = 'top-secret-of-twilio'
const THEIRS = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const THEIR_TRACE = '0af7651916cd43dd8448eb211c80319c'

const traceOf = (span: ReadableSpan | undefined) => span?.spanContext().traceId
const lined = (w: World) => w.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered')

for (const engine of ENGINES) {
  test(`${engine}: a request is a span with its operation, and what the database does for it is inside`, async () => {
    const { w, spans, forget } = await tracedWorld(engine, { config: { logRequests: true } })
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    forget()
    w.log.length = 0
    const answer = await client.post(REFRESH)
    assert.equal(answer.status, 200)
    const request = spans().find(({ kind }) => kind === 1)
    assert.equal(request?.name, 'POST /v1/session/refresh')
    assert.deepEqual(request?.attributes, {
      'http.request.method': 'POST',
      'http.route': '/v1/session/refresh',
      'http.response.status_code': 200,
      'antiphon.operation': 'refreshSession',
      'antiphon.request_id': String(answer.headers.get('x-request-id')),
      'antiphon.app': app.id,
    })
    const update = spans().find(({ kind }) => kind === 2)
    assert.ok(update && parentOf(update, spans()) === request, String(update?.name))
    assert.equal(lined(w)[0].trace_id, traceOf(request))
  })

  test(`${engine}: an error has its code; only what is our fault is marked; what leads nowhere has no path`, async () => {
    const { w, spans, forget } = await tracedWorld(engine)
    const app = await application(w)
    forget()
    await app.call(REFRESH, { method: 'POST' })
    await app.call(`/v1/nothing/${EMAIL}?q=${LEGACY_TOKEN}`)
    await app.manage(`/users/usr_01jqebhswje1ka1z7ahr9rfsgt`)
    const told = spans().filter(({ kind }) => kind === 1)
    assert.deepEqual(
      told.map(({ name, attributes, status }) => [name, attributes['antiphon.code'], status.code]),
      [
        ['POST /v1/session/refresh', 'unauthorized', 0],
        ['GET', 'not_found', 0],
        ['GET /v2/session/apps/:appID/users/:userID', 'not_found', 0],
      ],
    )
    assertSilent(told.map(textOf), { EMAIL, LEGACY_TOKEN, userId: 'usr_01jqebhswje1ka1z7ahr9rfsgt' })
  })

  test(`${engine}: a hook is told the trace of the request that it is asked for, and its signature is of the body as ever`, async () => {
    const { w, spans, forget } = await tracedWorld(engine)
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', EMAIL))
    forget()
    assert.equal((await migrate(app)).status, 200)
    const [asked] = w.outbound
    const told = readTraceparent(asked?.headers?.traceparent)
    const request = spans().find(({ kind }) => kind === 1)
    const call = spans().find(({ name, kind }) => name === 'POST' && kind === 2)
    assert.deepEqual([told?.traceId, told?.spanId], [traceOf(request), call?.spanContext().spanId])
    assert.deepEqual(call?.attributes, {
      'http.request.method': 'POST',
      'server.address': 'legacy.example.com',
      'server.port': 443,
      'http.response.status_code': 200,
    })
    assert.equal(asked?.url, HOOK)

    w.fakeNetwork(async () => answered('no', 502))
    forget()
    assert.equal((await migrate(app)).status, 500)
    const failed = spans().find(({ name, kind }) => name === 'POST' && kind === 2)
    assert.deepEqual([failed?.attributes['error.type'], failed?.status.code], ['502', 2])
    assert.equal(spans().find(({ kind }) => kind === 1)?.status.code, 2)
  })

  test(`${engine}: a message leaves in the trace of its cause, and its provider is told nothing of that`, async () => {
    const { w, recorder, spans, forget } = await tracedWorld(engine)
    const app = await application(w, { mode: 'prod' })
    const options = { account_sid: ACCOUNT, from: '+15005550006' }
    await provider(app, { kind: 'twilio', channel: 'sms', options, secrets: { auth_token: AUTH_TOKEN } })
    w.fakeNetwork(async () => answered({ sid: 'SM1', status: 'queued' }, 201))
    forget()
    const cause = await recorder.tracer.startActiveSpan('cause', async (span) => {
      await queue(w, app, { channel: 'sms', recipient: PHONE })
      span.end()
      return span.spanContext()
    })
    await w.drain()
    const job = spans().find(({ name }) => name === 'job messages/send')
    assert.equal(traceOf(job), cause.traceId)
    assert.equal(job && parentOf(job, spans())?.name, 'transaction')
    assert.deepEqual(job?.attributes, {
      'antiphon.job': 'messages/send',
      'antiphon.app': app.id,
      'antiphon.attempts': 1,
    })
    const [asked] = w.outbound
    assert.ok(asked?.url.includes(ACCOUNT) && asked.headers?.traceparent === undefined, String(asked?.url))
    assert.ok(spans().some(({ attributes }) => attributes['server.address'] === 'api.twilio.com'))
    assertSilent(spans().map(textOf), { ACCOUNT, AUTH_TOKEN, PHONE })
  })

  test(`${engine}: a server of the application's own that sends its messages is told the trace`, async () => {
    const { w, recorder } = await tracedWorld(engine)
    const app = await application(w, { mode: 'prod' })
    await provider(app, { kind: 'webhook', channel: 'email', options: { url: 'https://shop.example.com/send' } })
    w.fakeNetwork(async () => answered({}))
    const cause = await recorder.tracer.startActiveSpan('cause', async (span) => {
      await queue(w, app)
      return span.spanContext()
    })
    await w.drain()
    assert.equal(readTraceparent(w.outbound[0]?.headers?.traceparent)?.traceId, cause.traceId)
  })

  test(`${engine}: a stranger's trace is named and not gone on with; one that is trusted is`, async () => {
    for (const trustTraceparent of [false, true]) {
      const { w, spans, forget } = await tracedWorld(engine, { config: { trustTraceparent } })
      const app = await application(w)
      forget()
      const ask = (headers: Record<string, string>) => app.call(REFRESH, { method: 'POST', headers })
      await ask({ traceparent: THEIRS, tracestate: 'rojo=1', baggage: `user=${EMAIL}` })
      await ask({ traceparent: `${THEIRS}x` })
      await ask({ traceparent: THEIRS.replace(/1$/, '0') })
      const [good, bad, unsampled] = spans().filter(({ kind }) => kind === 1)
      assert.equal(traceOf(good) === THEIR_TRACE, trustTraceparent)
      assert.deepEqual(
        good?.links.map(({ context }) => context.traceId),
        trustTraceparent ? [] : [THEIR_TRACE],
      )
      assert.equal(good?.spanContext().traceState?.get('rojo'), trustTraceparent ? '1' : undefined)
      assert.deepEqual([bad?.parentSpanContext, bad?.links], [undefined, []])
      // Whoever is trusted says that theirs is not kept.
      assert.equal(unsampled === undefined, trustTraceparent)
      assert.ok(!spans().map(textOf).join().includes(EMAIL))
    }
  })

  test(`${engine}: from a legacy session to the logout no span has a secret, or who it was`, async () => {
    const { w, spans } = await tracedWorld(engine)
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', EMAIL))
    const { verifier, body } = await migrate(app, LEGACY_TOKEN)
    const { challenge_token } = body
    const wrong = pkce().verifier
    await app.call(FINALIZE, { body: { challenge_token, code_verifier: wrong } })
    await app.call(FINALIZE, { body: { challenge_token, code_verifier: verifier } })
    const userId = await user(w, app, { email: 'grace.hopper@example.com', phone: PHONE })
    const client = await login(w, app, userId)
    const [access, refresh] = [client.accessToken, client.refreshToken]
    const proof = (await client.key?.proof(`${app.origin}${REFRESH}`)) ?? ''
    assert.equal((await client.post(REFRESH)).status, 200)
    await app.manage(`/users?identifier_type=email_address&identifier_value=${encodeURIComponent(EMAIL)}`)
    await app.manage(`/users/${userId}/sessions`)
    await app.call(MIGRATION, { body: `{"token":"${LEGACY_TOKEN}"` })
    await app.manage('/users', { headers: { authorization: `Bearer ${app.managementKey}x` } })
    assert.equal((await client.post(REVOKE)).status, 204)
    await w.drain()
    assert.ok(spans().length > 15)
    assert.ok(!spans().map(textOf).join().includes(new URL(HOOK).pathname))
    assertSilent(spans().map(textOf), {
      LEGACY_TOKEN,
      EMAIL,
      PHONE,
      verifier,
      wrong,
      challenge_token,
      access,
      refresh,
      proof,
      userId,
      newRefresh: client.refreshToken,
      managementKey: app.managementKey,
    })
  })

  test(`${engine}: a webhook's delivery is part of the trace of its event, and says so to the receiver`, async () => {
    const { w, spans, forget } = await tracedWorld(engine, {
      config: { allowPrivateHooks: true },
      network: { allowPrivate: true },
    })
    const app = await application(w)
    const there = await receiver()
    const id = await webhook(app, there.url, ['user.created'])
    forget()
    await app.manage('/users', { body: { identifiers: [{ type: 'email_address', value: EMAIL }] } })
    await w.drain()
    const request = spans().find(({ attributes }) => attributes['antiphon.operation'] === 'createUser')
    const delivery = spans().find(({ name }) => name === 'webhook delivery')
    assert.deepEqual([traceOf(delivery), delivery?.attributes['antiphon.webhook']], [traceOf(request), id])
    const told = readTraceparent(there.received[0]?.headers.traceparent)
    assert.equal(told?.traceId, traceOf(request))
    const call = spans().find((span) => span.spanContext().spanId === told?.spanId)
    assert.ok(call && parentOf(call, spans()) === delivery)
    assert.ok(!there.received[0]?.raw.includes(told?.traceId ?? 'none'))
  })
}
