import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listJobs } from '../../src/platform/jobs/store.ts'
import { type Answer, application, login, user } from '../builders.ts'
import type { World } from '../world.ts'
import { EMAIL, NEW, startWith } from './codes.ts'
import { newest, provider, queue } from './messages.ts'
import { stages } from './stages.ts'
import { configure, delegated, outside, REQUEST, requestScope } from './step-up.ts'

/** Lines of the log since it was last asked for. */
const linesOf = (w: World) => w.log.splice(0).map((line) => JSON.parse(line))

const idOf = (answer: Answer): string => answer.headers.get('x-request-id') ?? ''

/** What a provider answers that will take the message another time, or never. */
const mailAnswers = (w: World, status: number) =>
  w.fakeNetwork(async () => ({ kind: 'answered', status, headers: {}, body: Buffer.from('no') }))

const MAIL = { kind: 'webhook', channel: 'email', options: { url: 'https://mail.example.com/' } }

for (const { engine, w } of await stages()) {
  test(`${engine}: by the request id of an answer one finds why the step-up hook failed`, async () => {
    const app = await application(w)
    await configure(app, delegated('pay'))
    const client = await login(w, app, await user(w, app))
    outside(w, { hook: () => ({ body: '<html>' }) })
    linesOf(w)
    const answer = await requestScope(app, client, 'pay')
    assert.equal(answer.body.request_id, idOf(answer))
    const told = linesOf(w).map(({ msg, reason, request_id }) => [msg, reason, request_id])
    assert.deepEqual(told, [
      ['a call to a hook failed', 'no_json', answer.body.request_id],
      ['a step-up hook failed', 'response_decode_failed', answer.body.request_id],
    ])
    const named = await client.bearer(REQUEST, {
      method: 'POST',
      body: { scope: 'pay' },
      headers: { 'x-request-id': answer.body.request_id },
    })
    assert.match(named.body.request_id, /^req_[\w-]{16}$/)
    assert.ok(linesOf(w).every(({ request_id }) => request_id && request_id !== answer.body.request_id))
  })

  test(`${engine}: and why a code never arrived, though only a job knows, and only at its second try`, async () => {
    const app = await application(w)
    await provider(app, MAIL)
    await user(w, app, { email: EMAIL })
    await w.drain()
    linesOf(w)
    const answer = await startWith(app, NEW, EMAIL)
    assert.deepEqual([answer.status, linesOf(w)], [204, []])
    mailAnswers(w, 500)
    await w.drain()
    const [tried] = linesOf(w)
    assert.deepEqual([tried.msg, tried.kind, tried.request_id], ['job failed', 'messages/send', idOf(answer)])
    w.advance(3_000)
    mailAnswers(w, 400)
    await w.drain()
    const [told] = linesOf(w)
    assert.deepEqual([told.msg, told.request_id], ['a message was not delivered', idOf(answer)])
    assert.equal(told.message_id, (await newest(w, app)).id)
  })

  test(`${engine}: a job of the operator is of the request that began it`, async () => {
    const app = await application(w)
    const body = { action: 'end_sessions', filter: { all: true }, dry_run: true }
    const answer = await app.manage('/users/jobs', { body })
    assert.equal(answer.status, 202, JSON.stringify(answer.body))
    const [row] = (await listJobs(w.deps.db)).filter(({ app_id }) => app_id === app.id)
    assert.equal(row?.request_id, idOf(answer))
    await w.drain()
  })

  test(`${engine}: a job that no request brought names none`, async () => {
    const app = await application(w)
    await provider(app, MAIL)
    await queue(w, app)
    const rows = (await listJobs(w.deps.db)).filter(({ app_id }) => app_id === app.id)
    assert.deepEqual(
      rows.map(({ kind, request_id }) => [kind, request_id]),
      [['messages/send', null]],
    )
    linesOf(w)
    mailAnswers(w, 400)
    await w.drain()
    const [told] = linesOf(w)
    assert.equal(told.msg, 'a message was not delivered')
    assert.ok(!('request_id' in told), JSON.stringify(told))
  })
}
