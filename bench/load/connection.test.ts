import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { bind } from '../peers/listen.ts'
import { Connection, headerOf, parseAnswer } from './connection.ts'

const bytes = (text: string) => Buffer.from(text)

test('an answer is complete only with its last byte, whatever frames it', () => {
  const framed = [
    'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n',
  ]
  for (const whole of framed) {
    for (let end = 0; end < whole.length; end += 1) {
      assert.equal(parseAnswer(bytes(whole.slice(0, end))), undefined, whole.slice(0, end))
    }
    assert.equal(parseAnswer(bytes(whole))?.body, 'body')
  }
})

test('an answer without content ends with its head', () => {
  assert.equal(parseAnswer(bytes('HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n'))?.status, 204)
})

test('a header is found by its whole name in any case', () => {
  const head = 'HTTP/1.1 200 OK\r\nX-Refresh-Token-Expires-At: later\r\nX-Refresh-Token: rt_1'
  assert.equal(headerOf(head, 'x-refresh-token'), 'rt_1')
  assert.equal(headerOf(head, 'x-refresh'), undefined)
})

test('one connection carries many exchanges, chunked or not', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/chunked') response.write('first ')
    response.end('last')
  })
  const connection = await Connection.open(await bind(server))
  const get = (path: string) => connection.exchange(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`)
  assert.equal((await get('/')).body, 'last')
  assert.equal((await get('/chunked')).body, 'first last')
  assert.equal((await get('/')).body, 'last')
  connection.close()
  server.close()
})

test('an exchange fails when the server hangs up', async () => {
  const server = createServer((request) => request.socket.destroy())
  const connection = await Connection.open(await bind(server))
  await assert.rejects(connection.exchange('GET / HTTP/1.1\r\nHost: test\r\n\r\n'))
  server.close()
})
