import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { root, startDev } from '../browser/example.ts'

const example = join(root, 'examples/mobile-replay')
const { folder, port } = await startDev()

/** What the replay says, and its exit code. */
function replay(origin: string, email: string, ...words: string[]): Promise<{ said: string; code: number }> {
  const env = {
    ...process.env,
    ANTIPHON: origin,
    EMAIL: email,
    ANTIPHON_DATA: folder,
    NODE_EXTRA_CA_CERTS: join(folder, 'localhost.crt'),
  }
  return new Promise((resolve) => {
    const running = execFile(process.execPath, ['replay.mjs', ...words], { cwd: example, env }, (_, out, err) =>
      resolve({ said: out + err, code: running.exitCode ?? -1 }),
    )
  })
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8')

/** A proxy before Antiphon that takes one header of the answers away, or says another host than it was asked for. */
async function badProxy(fault: { takes?: string; host?: string }): Promise<string> {
  const proxy = createServer({ cert: read('localhost.crt'), key: read('localhost.key') }, (incoming, outgoing) => {
    const headers = { ...incoming.headers, host: fault.host ?? `127.0.0.1:${port}` }
    const options = {
      host: '127.0.0.1',
      port,
      path: incoming.url,
      method: incoming.method,
      headers,
      ca: read('localhost.crt'),
    }
    const onward = request(options, (answer) => {
      const { [fault.takes ?? '']: _, ...kept } = answer.headers
      answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, kept))
    })
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  after(() => proxy.close())
  await new Promise((resolve) => proxy.once('listening', resolve))
  return `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

test('the replay of a phone goes through from login to log-out', async () => {
  const { said, code } = await replay(`https://127.0.0.1:${port}`, 'ana@example.com')
  assert.equal(code, 0, said)
  assert.equal(said.split('  ok: ').length - 1, 11, said)
  assert.match(said, /refresh 401 dpop_key_mismatch/)
  assert.doesNotMatch(said, /eyJ/, 'no token is told unless asked for')
})

test('it goes through again at once, by the newer of two codes', async () => {
  const { said, code } = await replay(`https://127.0.0.1:${port}`, 'ana@example.com')
  assert.equal(code, 0, said)
})

test('the replay says what a proxy does wrong, and ends with 1', async () => {
  const [cookies, host] = await Promise.all([
    replay(await badProxy({ takes: 'set-cookie' }), 'bea@example.com'),
    replay(await badProxy({}), 'carl@example.com', '--verbose'),
  ])
  assert.equal(cookies.code, 1)
  assert.match(cookies.said, /NOT SO: a cookie holds the login\nA proxy may take Set-Cookie away\./)
  assert.equal(host.code, 1)
  assert.match(host.said, /NOT SO: the proof is for this host\nThe proof is for https:.*hand on Host/)
  assert.match(host.said, /'x-device-id'|dpop/)
})
