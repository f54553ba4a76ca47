import assert from 'node:assert/strict'
import { randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { issueCertificate } from '../../src/crypto/certificate.ts'
import { selfSignedCertificate } from '../tls.ts'
import { ENGINES, freshDatabase } from '../world.ts'
import { antiphon, freePort, MASTER_KEY, type Serving, serving, temporaryFolder } from './antiphon.ts'

/** A connection over which the server has begun to read a request whose body, announced to be `{}`, lacks its second half. */
async function beginRequest(address: string): Promise<Socket> {
  const { hostname, port, host } = new URL(address)
  const socket = connect(Number(port), hostname)
  const head = ['POST /v1/session/login/finalize HTTP/1.1', `Host: ${host}`, 'Expect: 100-continue']
  const body = ['Content-Type: application/json', 'Content-Length: 2', '', '{']
  socket.write([...head, ...body].join('\r\n'))
  const [begun] = await once(socket, 'data')
  assert.match(String(begun), /^HTTP\/1\.1 100 /)
  return socket
}

async function isRefused(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('connect', () => resolve(false)).once('error', () => resolve(true))
  const refused = await promise
  socket.destroy()
  return refused
}

const linesOf = (server: Serving): { msg: string; time: string; operation?: string }[] =>
  server
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await sleep(20)
}

describe('serve', { concurrency: 2 }, () => {
  test('has none of the pages of development: no demo, no mailbox, no bank', async () => {
    const server = await serving({ ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'), ANTIPHON_DEFAULT_APP: 'demo' })
    const { address } = server
    for (const path of ['/', '/demo/', '/demo/mailbox/', '/demo/mailbox/messages', '/demo/bank/jwks.json']) {
      assert.equal((await fetch(`${address}${path}`)).status, 404, path)
    }
    const door = await fetch(`${address}/demo/put-back`, { method: 'POST', headers: { origin: address } })
    assert.equal(door.status, 404)
    server.child.kill('SIGTERM')
  })

  test('says when a variable is misspelt, once when its default application does not exist, and starts all the same', async () => {
    const databaseUrl = await freshDatabase('sqlite')
    const warned = async (id: string) => {
      const slip = { ANTIPHON_DATABSE_URL: 'sqlite:other.db' }
      const server = await serving({ ANTIPHON_DATABASE_URL: databaseUrl, ANTIPHON_DEFAULT_APP: id, ...slip })
      assert.equal((await fetch(`${server.address}/livez`)).status, 200)
      assert.equal(await server.stop(), 0)
      const lines = `${server.stdout()}${server.stderr()}`.trim().split('\n')
      assert.match(
        lines.join('\n'),
        /"level":"warn".*ANTIPHON_DATABSE_URL is no variable of this release\. Look for a slip/,
      )
      return lines.map((line) => JSON.parse(line)).filter(({ default_app }) => default_app === id)
    }
    const [warning, ...more] = await warned('absent')
    assert.match(warning?.msg ?? '', /^ANTIPHON_DEFAULT_APP names no application/)
    assert.deepEqual(more, [])
    const variables = { ANTIPHON_MASTER_KEY: MASTER_KEY, ANTIPHON_DATABASE_URL: databaseUrl }
    assert.equal((await antiphon(['apps', 'create', 'present'], variables)).status, 0)
    assert.deepEqual(await warned('present'), [])
  })

  for (const engine of ENGINES) {
    test(`${engine}: prints one JSON line when ready; told to stop, even twice, it takes no more, finishes what is under way and exits with 0`, async () => {
      const health = `127.0.0.1:${await freePort()}`
      const server = await serving({
        ANTIPHON_DATABASE_URL: await freshDatabase(engine),
        ANTIPHON_METRICS_LISTEN: health,
      })
      const { address } = server
      assert.deepEqual(
        linesOf(server).map(({ msg }) => msg),
        ['listening'],
      )
      assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/)
      const readiness = async () => (await fetch(`http://${health}/readyz`)).status
      assert.equal(await readiness(), 200)
      assert.equal((await fetch(`${address}/readyz`)).status, 200)
      assert.match(await (await fetch(`http://${health}/metrics`)).text(), /^process_cpu_seconds_total /m)
      const build = /^antiphon_build_info\{version="\d+\.\d+\.\d+",node="v\d[^"]*",database="(sqlite|postgres)"\} 1$/m
      assert.equal(build.exec(await (await fetch(`http://${health}/metrics`)).text())?.[1], engine)
      // Without a name it is no question; on the main listener there is none to be asked.
      assert.equal((await fetch(`http://${health}/internal/tls/ask`)).status, 400)
      assert.equal((await fetch(`${address}/internal/tls/ask`)).status, 404)
      const socket = await beginRequest(address)
      const answer = once(socket, 'data')

      server.child.kill('SIGTERM')
      await until(async () => (await readiness()) === 503)
      server.child.kill('SIGINT')
      await until(() => isRefused(address))
      socket.write('}')
      assert.match(String((await answer)[0]), /^HTTP\/1\.1 404 /)
      assert.equal(await server.ended, 0)
      const told = linesOf(server).map(({ msg, operation }) => operation ?? msg)
      assert.deepEqual(told, [
        'listening',
        'none',
        'stopping: not ready any more',
        'drained: nothing more is taken',
        'finalizeLogin',
        'a sign-in was refused',
        'stopped',
      ])
      assert.equal(server.stderr(), '')
    })
  }

  test('goes on serving for its drain time once told to stop, however often, and says that it is not ready', async () => {
    // Longer than this takes on the slowest of machines: nobody waits for its end.
    const server = await serving({
      ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
      ANTIPHON_DRAIN_SECONDS: '300',
    })
    const socket = await beginRequest(server.address)
    server.child.kill('SIGINT')
    await until(async () => (await fetch(`${server.address}/readyz`)).status === 503)
    server.child.kill('SIGTERM')
    const answer = once(socket, 'data')
    socket.write('}')
    assert.match(String((await answer)[0]), /^HTTP\/1\.1 404 [\s\S]*connection: close/i)
    const late = await fetch(`${server.address}/livez`)
    assert.deepEqual([late.status, late.headers.get('connection')], [200, 'close'])
    server.child.kill('SIGKILL')
    await server.ended
  })

  test('ends by itself when its drain time is over, and not before', async () => {
    const server = await serving({
      ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
      ANTIPHON_DRAIN_SECONDS: '1',
    })
    assert.equal(await server.stop(), 0)
    const times = new Map(linesOf(server).map(({ msg, time }) => [msg, Date.parse(time)]))
    const [began = 0, drained = 0] = [
      times.get('stopping: not ready any more'),
      times.get('drained: nothing more is taken'),
    ]
    // By the clock of the process itself, however late this one hears of it. Timers count in whole milliseconds.
    assert.ok(drained - began >= 990, `${drained - began} ms`)
  })

  test('does not wait for connections on which nothing happens', async () => {
    const server = await serving({ ANTIPHON_DATABASE_URL: await freshDatabase('sqlite') })
    const { hostname, port } = new URL(server.address)
    await once(
      connect(Number(port), hostname).on('error', () => {}),
      'connect',
    )
    await fetch(`${server.address}/livez`)
    const before = performance.now()
    assert.equal(await server.stop('SIGINT'), 0)
    assert.ok(performance.now() - before < 6_500, 'no request was there to be cut off after seven seconds')
  })

  test('cuts off a request that does not end, and exits with 0 within ten seconds', async () => {
    const server = await serving({ ANTIPHON_DATABASE_URL: await freshDatabase('sqlite') })
    const socket = await beginRequest(server.address)
    const cut = once(
      socket.on('error', () => {}),
      'close',
    )
    const before = performance.now()
    assert.equal(await server.stop(), 0)
    assert.ok(performance.now() - before < 10_000)
    await cut
  })

  test('SIGHUP reads a renewed certificate, of which new connections and operators are told, and ends no process', async () => {
    const folder = temporaryFolder()
    const files = { cert: join(folder, 'live.crt'), key: join(folder, 'live.key') }
    const renew = async (name: string) => {
      const pair = await issueCertificate(
        { dns: ['localhost', name], ip: [] },
        Date.now() - 60_000,
        Date.now() + 9_000_000_000,
      )
      writeFileSync(files.cert, pair.cert)
      writeFileSync(files.key, pair.key)
      return new X509Certificate(pair.cert).fingerprint256
    }
    const first = await renew('first.example')
    const database = { ANTIPHON_DATABASE_URL: await freshDatabase('sqlite') }
    const server = await serving({
      ...database,
      ANTIPHON_TLS_CERT: files.cert,
      ANTIPHON_TLS_KEY: files.key,
    })
    const { hostname: host, port } = new URL(server.address)
    const told = async () => {
      const socket = connectTls({ host, port: Number(port), rejectUnauthorized: false })
      await once(socket, 'secureConnect')
      const { fingerprint256 } = socket.getPeerCertificate()
      socket.destroy()
      return fingerprint256
    }
    assert.equal(await told(), first)
    const second = await renew('second.example')
    server.child.kill('SIGHUP')
    await until(async () => (await told()) === second)
    const { stdout } = await antiphon(['keys', 'create', '--instance', '--json'], {
      ANTIPHON_MASTER_KEY: MASTER_KEY,
      ...database,
    })
    const headers = { authorization: `Bearer ${JSON.parse(stdout).management_key}` }
    const asking = get(`${server.address}/v2/session/health`, { headers, rejectUnauthorized: false, agent: false })
    const [answer] = await once(asking, 'response')
    const { certificate } = (await json(answer)) as { certificate: { names: string[] } }
    assert.deepEqual(certificate.names, ['localhost', 'second.example'])
    writeFileSync(files.key, 'a renewal that went wrong')
    server.child.kill('SIGHUP')
    await until(async () => /cannot be served: the old one is/.test(server.stdout()))
    assert.equal(await told(), second)
    assert.equal(await server.stop(), 0)
  })

  test('SIGHUP ends no process that serves no TLS either', async () => {
    const server = await serving({ ANTIPHON_DATABASE_URL: await freshDatabase('sqlite') })
    server.child.kill('SIGHUP')
    await until(async () => /"changed":\[\],"msg":"the variables were read again"/.test(server.stdout()))
    assert.equal((await fetch(`${server.address}/livez`)).status, 200)
    assert.equal(await server.stop(), 0)
  })

  test('SIGHUP reads the master keys in files again, and keeps those it had where the new ones cannot be used', async () => {
    const folder = temporaryFolder()
    const [newest, previous] = [join(folder, 'master.key'), join(folder, 'previous.keys')]
    const next = randomBytes(32).toString('base64')
    const give = (key: string, before: string) => {
      writeFileSync(newest, key)
      writeFileSync(previous, before)
    }
    const variables = {
      ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
      ANTIPHON_MASTER_KEY: '',
      ANTIPHON_MASTER_KEY_FILE: newest,
      ANTIPHON_MASTER_KEY_PREVIOUS_FILE: previous,
    }
    give(MASTER_KEY, '')
    assert.equal((await antiphon(['apps', 'create', 'shop'], variables)).status, 0)
    const server = await serving(variables)
    const hears = async (words: RegExp) => {
      server.child.kill('SIGHUP')
      await until(async () => words.test(server.stdout()))
    }
    give(next, MASTER_KEY)
    await hears(
      /"changed":\["ANTIPHON_MASTER_KEY","ANTIPHON_MASTER_KEY_PREVIOUS"\],"msg":"the variables were read again"/,
    )
    assert.match(server.stdout(), /the master key was rotated: the database is under the new one/)
    give(randomBytes(32).toString('base64'), '')
    await hears(/"faults":\["ANTIPHON_MASTER_KEY_PREVIOUS: lacks the key [0-9a-f]{8}, on which \d+ sealed values/)
    give('nonsense', '')
    await hears(/"faults":\["ANTIPHON_MASTER_KEY: is not 32 bytes in base64"\]/)
    assert.equal((await fetch(`${server.address}/readyz`)).status, 200)
    for (const secret of [MASTER_KEY, next]) assert.ok(!server.stdout().includes(secret))
    assert.equal(await server.stop(), 0)
  })

  test('SIGHUP says which variable takes a restart', async () => {
    const file = join(temporaryFolder(), 'domain')
    writeFileSync(file, 'one.example.com')
    const server = await serving({
      ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
      ANTIPHON_BASE_DOMAIN_FILE: file,
    })
    writeFileSync(file, 'two.example.com')
    server.child.kill('SIGHUP')
    await until(async () => /"changed":\[\],"restart":\["ANTIPHON_BASE_DOMAIN"\]/.test(server.stdout()))
    assert.equal(await server.stop(), 0)
  })

  test('speaks TLS, prints its line at every log level, and has its address to itself', async () => {
    const { cert, key } = await selfSignedCertificate()
    const folder = temporaryFolder()
    const paths = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
    writeFileSync(paths.cert, cert)
    writeFileSync(paths.key, key)
    const server = await serving({
      ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
      ANTIPHON_TLS_CERT: paths.cert,
      ANTIPHON_TLS_KEY: paths.key,
      ANTIPHON_LOG_LEVEL: 'silent',
    })
    assert.match(server.address, /^https:/)
    const request = get(`${server.address}/livez`, { ca: cert, agent: false })
    const [response] = await once(request, 'response')
    assert.equal(response.statusCode, 200)
    response.resume()

    const { status, stdout, stderr } = await antiphon(['serve'], {
      ANTIPHON_MASTER_KEY: MASTER_KEY,
      ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
      ANTIPHON_LISTEN: new URL(server.address).host,
    })
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(
      stderr,
      /^antiphon: cannot start: [^\n]*address already in use \S+: stop what listens there, or choose another address \(ANTIPHON_LISTEN,[^\n]*\n$/,
    )
    assert.equal(await server.stop(), 0)
  })
})
