import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { bind } from '../peers/listen.ts'
import type { Caller } from './caller.ts'
import { Connection } from './connection.ts'
import { runFlow } from './flow.ts'
import { codeFor, codeIn, openInbox } from './inbox.ts'

test('a flow goes on until its caller is no longer midway, and a problem ends it', async () => {
  const server = createServer((_request, response) => response.end('x'))
  const connection = await Connection.open(await bind(server))
  let sent = 0
  const caller = (problemAt: number): Caller => ({
    prepare() {},
    late: () => 0,
    midway: () => sent % 3 !== 0,
    request() {
      sent += 1
      return 'GET / HTTP/1.1\r\nHost: test\r\n\r\n'
    },
    settle: () => (sent === problemAt ? 'refused' : undefined),
  })
  assert.deepEqual(await runFlow(caller(0), connection), { kind: 'done' })
  assert.equal(sent, 3)
  assert.deepEqual(await runFlow(caller(5), connection), { kind: 'failed', problem: 'refused' })
  assert.equal(sent, 5)
  connection.close()
  server.close()
})

test('the code of a message is given out once, whether it came before it was asked for or after', async () => {
  const send = async (recipient: string, code: string) =>
    fetch(await openInbox(), { method: 'POST', body: JSON.stringify({ recipient, text: `Code: ${code}, 10 minutes` }) })
  await send('a@example.org', '111111')
  assert.equal(await codeFor('a@example.org'), '111111')
  const later = codeFor('a@example.org')
  await send('a@example.org', '222222')
  assert.equal(await later, '222222')
})

test('a code is what stands alone and is four to eight digits long', () => {
  assert.equal(codeIn('Your code is 004217. It is good for 10 minutes.'), '004217')
  assert.throws(() => codeIn('call 123456789'))
})
