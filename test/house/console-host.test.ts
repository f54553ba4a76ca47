import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { openProcess, startServer } from '../../src/main.ts'
import { freshDatabase, world } from '../world.ts'
import { CONSOLE_HOST, operatorOf } from './console.ts'

interface Told {
  readonly status: number | undefined
  readonly text: string
}

test('the console answers at its name on the main listener, and nothing else does there', async (t) => {
  const databaseUrl = await freshDatabase('sqlite')
  const w = await world('sqlite', { databaseUrl })
  const config = {
    ...w.deps.config,
    consoleHost: CONSOLE_HOST,
    listen: { host: 'localhost', port: 0 },
    logRequests: true,
  }
  const running = await startServer(openProcess(config, w.deps.log))
  t.after(() => running.stop())
  const { port } = new URL(running.address)
  assert.equal(running.consoleAddress, undefined)
  const call = (host: string, path: string, options: object = {}, body?: string) =>
    new Promise<Told>((resolve, reject) => {
      const { headers, ...rest } = options as { headers?: object }
      const asked = request(
        { port, path, agent: false, host: '127.0.0.1', headers: { host, ...headers }, ...rest },
        (response) => {
          response.setEncoding('utf8')
          let text = ''
          response.on('data', (chunk: string) => {
            text += chunk
          })
          response.on('end', () => resolve({ status: response.statusCode, text }))
        },
      )
      asked.on('error', reject).end(body)
    })
  assert.equal((await call(CONSOLE_HOST, '/console/session')).status, 401)
  assert.equal((await call(CONSOLE_HOST.toUpperCase(), '/console/session')).status, 401)
  assert.equal((await call(CONSOLE_HOST, '/.well-known/jwks.json')).text.startsWith('<!doctype html>'), true)
  assert.equal((await call('shop.session.test', '/console/session')).status, 404)
  assert.equal((await call(`shop.${CONSOLE_HOST}`, '/console/session')).status, 404)
  const { invitation } = await operatorOf({ ...w, deps: { ...w.deps, now: Date.now } })
  const headers = { 'content-type': 'application/json', 'x-antiphon-console': '1', 'sec-fetch-site': 'same-origin' }
  const body = JSON.stringify({ token: invitation })
  const isIn = async () => (await call(CONSOLE_HOST, '/console/invitation', { method: 'POST', headers }, body)).status
  assert.deepEqual([await isIn(), await isIn()], [200, 401])
  const told = w.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered')
  assert.equal(told.filter(({ operation }) => operation === 'useInvitation').length, 2)
})
