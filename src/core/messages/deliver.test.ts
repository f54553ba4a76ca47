import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, applicationRecord } from '../../../test/builders.ts'
import { CODE, provider } from '../../../test/house/messages.ts'
import { world } from '../../../test/world.ts'
import { deliver, withhold } from './deliver.ts'

const w = await world('sqlite')

test('a message that nobody gets takes as long as one that was delivered', { timeout: 5_000 }, async (t) => {
  w.fakeNetwork(async () => {
    w.advance(80)
    return { kind: 'answered', status: 200, headers: {}, body: Buffer.alloc(0) }
  })
  const made = await application(w)
  await provider(made, { kind: 'webhook', channel: 'email', options: { url: 'https://mail.example.com/' } })
  const app = await applicationRecord(w, made)
  const message = {
    id: 'msg_1',
    channel: 'email' as const,
    recipient: 'ada@example.com',
    subject: '',
    text: CODE,
    html: '',
    sender: '',
    values: {},
    locale: 'en',
    expiresAt: w.deps.now() + 60_000,
  }
  assert.equal((await deliver(w.deps, app, message)).kind, 'sent')

  t.mock.timers.enable({ apis: ['setTimeout'] })
  let isOver = false
  const withheld = withhold(w.deps, app, message).then(() => {
    isOver = true
  })
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
  t.mock.timers.tick(79)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isOver, false)
  t.mock.timers.tick(1)
  await withheld
  assert.equal(w.outbound.length, 1)
})
