import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { startConsole } from '../../src/console.ts'
import { openProcess, startServer } from '../../src/main.ts'
import { pause } from '../../src/platform/clock.ts'
import { openHttp } from '../../src/platform/http.ts'
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

test('a console that stops finishes what is under way, and cuts off whoever never ends a request', async (t) => {
  const w = await world('sqlite', { config: { consoleListen: { host: '127.0.0.1', port: 0 } } })
  const main = await openHttp(w.deps, { allowedOrigins: async () => [] })
  t.after(() => main.close())
  const { address = '', finish } = await startConsole(w.deps, main, async () => new Map(), false)
  const body = JSON.stringify({ token: 'aoi_nothing' })
  const headers = { 'content-length': body.length, 'x-antiphon-console': '1', 'content-type': 'application/json' }
  const begun = async () => {
    const slow = request(`${address}/console/invitation`, { method: 'POST', agent: false, headers })
    slow.write(body.slice(0, 5))
    const [socket] = await once(slow, 'socket')
    await once(socket, 'connect')
    return slow
  }
  const [late, never] = [await begun(), await begun()]
  const isCutOff = new Promise((resolve) => never.on('error', resolve))
  // Until both are seen to be under way.
  await pause(50)
  const finished = finish(500)
  late.end(body.slice(5))
  const [{ statusCode }] = await once(late, 'response')
  assert.equal(statusCode, 401)
  await Promise.all([finished, isCutOff])
})
