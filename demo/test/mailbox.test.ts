import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rfc3339 } from '../../src/platform/clock.ts'
import { openDemo } from '../../test/house/demo.ts'
import { queue } from '../../test/house/messages.ts'

const { w, app, deps, server } = await openDemo()
const look = () => server.inject({ url: '/demo/mailbox/messages' })

test('the mailbox shows what would have been sent, newest first, each with its code', async () => {
  assert.deepEqual((await look()).json(), { messages: [] })
  await queue(w, app, { recipient: 'ada@example.com', values: { code: '111222' } })
  await w.drain()
  await queue(w, app, { channel: 'sms', recipient: '+33612345678', values: { code: '4321' } })
  await w.drain()
  const answer = await look()
  const { messages } = answer.json()
  assert.deepEqual(
    messages.map((one: Record<string, unknown>) => [one.channel, one.recipient, one.code]),
    [
      ['sms', '+33612345678', '4321'],
      ['email', 'ada@example.com', '111222'],
    ],
  )
  assert.match(messages[1].subject, /111222/)
  assert.equal(messages[1].created_at, rfc3339(deps.now()))
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin')
})

test('out of development nobody looks into the mailbox', async () => {
  assert.equal((await app.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })).status, 204)
  w.advance(1_000)
  const answer = await look()
  assert.equal(answer.statusCode, 403)
  assert.deepEqual(answer.json(), { error: 'development_only' })
})
