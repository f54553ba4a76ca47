/** Runs the release as its operator would, away from the sources, on Node 24: serves, answers, logs a user in by password, stops. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request } from 'node:https'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const RELEASE = 24
const READY_WITHIN_MS = 30_000
const CONSOLE = 'console.example.com'
const STOPS_WITHIN_MS = 5_000

type Variables = Readonly<Record<string, string>>

/** Throws what does not hold. */
export async function proveBundle(bundle: string): Promise<void> {
  const node = findNode()
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-release-'))
  try {
    // Elsewhere, where no package of the sources can be found by mistake.
    const release = join(folder, 'release')
    cpSync(dirname(bundle), release, { recursive: true })
    await proveServe(node, join(release, basename(bundle)), folder)
    await proveDev(node, join(release, basename(bundle)), folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`${bundle} serves on Node ${run(node, ['--version']).trim()}`)
}

/** The path of a Node of the release line: this one, or the newest, fetched from npm when it is not here yet. */
function findNode(): string {
  if (process.version.startsWith(`v${RELEASE}.`)) return process.execPath
  const exec = ['exec', '--yes', `--package=node@${RELEASE}`, '--', 'node', '--print', 'process.execPath']
  const path = run('npm', exec).trim()
  assert.match(run(path, ['--version']), new RegExp(`^v${RELEASE}\\.`))
  return path
}

/** Ours without the variables of an instance that the shell of an operator has: the release is proven on its own. */
const ownEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ANTIPHON_')))

function run(command: string, args: readonly string[], variables: Variables = {}): string {
  const env = { ...ownEnvironment(), ...variables }
  const shell = process.platform === 'win32' && command === 'npm'
  const { status, stdout, stderr, error } = spawnSync(command, args, { env, shell, cwd: tmpdir(), encoding: 'utf8' })
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${error ?? stderr}`)
  return stdout
}

async function proveServe(node: string, bundle: string, folder: string): Promise<void> {
  const variables = {
    ANTIPHON_DATABASE_URL: `sqlite:${join(folder, 'antiphon.db')}`,
    ANTIPHON_MASTER_KEY: randomBytes(32).toString('base64'),
    ANTIPHON_LISTEN: '127.0.0.1:0',
    ANTIPHON_DEFAULT_APP: 'demo',
    ANTIPHON_DRAIN_SECONDS: '0',
    ANTIPHON_CONSOLE_HOST: CONSOLE,
  }
  const key: string = JSON.parse(run(node, [bundle, 'apps', 'create', 'demo', '--json'], variables)).management_key
  await whileRunning(node, [bundle, 'serve'], variables, /"msg":"listening"/, async (line) => {
    const { address } = JSON.parse(line)
    const get = async (path: string, headers = {}) => {
      const response = await fetch(`${address}${path}`, { headers })
      assert.equal(response.status, 200, path)
      return await response.text()
    }
    assert.equal(await get('/livez'), '{"status":"alive"}')
    const jwks: { keys: object[] } = JSON.parse(await get('/.well-known/jwks.json'))
    assert.ok(jwks.keys.length > 0, 'no key is published')
    await get('/v2/session/apps/demo', { authorization: `Bearer ${key}` })
    await provePassword(address, key)
    await proveConsole(address)
    const { hostname, port } = new URL(address)
    await once(
      connect(Number(port), hostname).on('error', () => {}),
      'connect',
    )
  })
}

/** Its page comes, at its name alone, and so does what the page names. */
async function proveConsole(address: string): Promise<void> {
  const get = async (path: string, host: string) => {
    const [response] = await once(
      plainRequest(`${address}${path}`, { headers: { host }, agent: false }).end(),
      'response',
    )
    return { status: response.statusCode, text: (await response.toArray()).join('') }
  }
  assert.equal((await get('/', 'demo')).status, 404)
  const { text } = await get('/', CONSOLE)
  const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(text) ?? []
  assert.equal((await get(script, CONSOLE)).status, 200, script)
}

/** Logs in with an imported hash and with its renewal: both packages of machine code are found. */
async function provePassword(address: string, key: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await fetch(`${address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.ok(response.ok, `${path}: ${response.status} ${await response.text()}`)
  }
  const bucket = { ttl: 60_000_000_000, limit: 10 }
  await post('/v2/session/apps/demo/config/login/password', {
    enabled: true,
    rate_limit_login_ip: bucket,
    rate_limit_login_identifier: bucket,
    password_compliancy: { min_length: 8, max_length: 128, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 },
  })
  const identifier = 'ada@example.com'
  const password_hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
  const identifiers = [{ type: 'email_address', value: identifier }]
  await post('/v2/session/apps/demo/users', { identifiers, password_hash })
  for (let i = 0; i < 2; i++) await post('/v1/session/login/email/password', { identifier, password: 'U*U' })
  const grace = [{ type: 'email_address', value: 'grace@example.com' }]
  await post('/v2/session/apps/demo/users', { identifiers: grace, password: 'correct horse battery' })
}

async function proveDev(node: string, bundle: string, folder: string): Promise<void> {
  const data = join(folder, 'dev')
  const listen = `127.0.0.1:${await freePort()}`
  await whileRunning(
    node,
    [bundle, 'dev', '--data', data],
    { ANTIPHON_LISTEN: listen },
    /Stop with Ctrl-C/,
    async () => {
      const ca = readFileSync(join(data, 'localhost.crt'))
      for (const path of [
        '/demo/',
        '/demo/main.js',
        '/demo/core-worker.js',
        '/docs/',
        '/docs/scalar.js',
        '/docs/management.json',
      ]) {
        const [response] = await once(request(`https://${listen}${path}`, { ca, agent: false }).end(), 'response')
        response.resume()
        assert.equal(response.statusCode, 200, path)
      }
    },
  )
}

/** Run a command that goes on; when it printed a line that matches, do `work`, then stop it and see that it exits with 0. */
async function whileRunning(
  node: string,
  args: readonly string[],
  variables: Variables,
  ready: RegExp,
  work: (line: string) => Promise<void>,
): Promise<void> {
  const env = { ...ownEnvironment(), ...variables }
  const child = spawn(node, args, { env, cwd: tmpdir(), stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  try {
    await work(await untilLine(child, ready))
  } finally {
    child.kill('SIGTERM')
  }
  const toldAt = performance.now()
  const [status] = await exited
  assert.equal(status, 0, `${args.join(' ')} ended with ${status}`)
  assert.ok(performance.now() - toldAt < STOPS_WITHIN_MS, 'it waited for a connection on which nothing happens')
}

async function untilLine(child: ChildProcess, pattern: RegExp): Promise<string> {
  const signal = AbortSignal.timeout(READY_WITHIN_MS)
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream, signal })
  for await (const line of lines) if (pattern.test(line)) return line
  throw new Error(`no line like ${pattern} came`)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
