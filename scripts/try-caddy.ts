/**
 * Tries a real Caddy with its own certificate authority before a real server: `node scripts/try-caddy.ts`. A name that is proven gets a certificate and somebody logs in
 * there; one that is not gets none. It needs the program `caddy`, say of Debian's package, and may listen on ports 80 and 443 of a loopback address of
 * its own; it is no part of the tests.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nameServer } from '../test/house/dns.ts'

const ROOT = join(import.meta.dirname, '..')
const NAME = 'login.shop.example'
const STRANGER = 'login.stranger.example'
/** Where Caddy listens, and what DNS answers: nobody else's on this machine. */
const ADDRESS = '127.0.0.77'
const BASE = 'session.example.com'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // biome-ignore lint/suspicious/noExplicitAny: whoever asks asserts the shape
  readonly body: any
}

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  readonly ca?: string
}

/** Throws where no connection comes about. */
function ask(url: string, { method, headers, body, ca }: Asked = {}): Promise<Answer> {
  const { protocol, hostname, host, port, pathname, search } = new URL(url)
  const text = body && JSON.stringify(body)
  const isSecure = protocol === 'https:'
  const dialled = isSecure
    ? { host: ADDRESS, servername: hostname, ca, agent: false as const }
    : { host: hostname, port }
  return new Promise((resolve, reject) => {
    const call = (isSecure ? httpsRequest : httpRequest)(
      {
        ...dialled,
        path: pathname + search,
        method: method ?? (text ? 'POST' : 'GET'),
        headers: { ...(text && { 'content-type': 'application/json' }), host, ...headers },
      },
      async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk as Buffer)
        const said = Buffer.concat(chunks).toString()
        const isJson = String(response.headers['content-type']).includes('json')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: isJson ? JSON.parse(said) : said })
      },
    )
    call.on('error', reject)
    call.end(text)
  })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Ask until it is so, every quarter of a second. */
async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let i = 0; i < 120; i++) {
    const seen = await look()
    if (seen !== undefined) return seen
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`not within thirty seconds: ${what}`)
}

/** The Caddyfile of the guide as it stands there, but for its ports and the authority, which is Caddy's own. */
function caddyfile(ports: { readonly listen: number; readonly metrics: number }, folder: string): string {
  const guide = readFileSync(join(ROOT, 'docs/guide/custom-domains.md'), 'utf8')
  const [, written = ''] = /```caddyfile\n([\s\S]*?)```/.exec(guide) ?? []
  const options = ['local_certs', 'skip_install_trust', 'admin off', `default_bind ${ADDRESS}`]
  return written
    .replace('{\n', `{\n${options.map((one) => `\t${one}\n`).join('')}\tstorage file_system ${join(folder, 'caddy')}\n`)
    .replaceAll('127.0.0.1:9090', `127.0.0.1:${ports.metrics}`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${ports.listen}`)
}

const children: ChildProcess[] = []

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv, log: string[]): ChildProcess {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => log.push(text))
  children.push(child)
  return child
}

const step = (text: string) => console.log(`- ${text}`)

async function play(folder: string, logs: { caddy: string[]; antiphon: string[] }): Promise<void> {
  const dns = await nameServer()
  const [listen, metrics] = [await freePort(), await freePort()]
  const file = join(folder, 'Caddyfile')
  writeFileSync(file, caddyfile({ listen, metrics }, folder))
  start('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], { ...process.env, HOME: folder }, logs.caddy)
  const root = join(folder, 'caddy/pki/authorities/local/root.crt')
  await until('Caddy has an authority', () => (existsSync(root) ? true : undefined))
  const ca = readFileSync(root, 'utf8')

  const env = {
    PATH: process.env.PATH,
    ANTIPHON_DATABASE_URL: `sqlite:${join(folder, 'antiphon.db')}`,
    ANTIPHON_MASTER_KEY: randomBytes(32).toString('base64'),
    ANTIPHON_BASE_DOMAIN: BASE,
    ANTIPHON_LISTEN: `127.0.0.1:${listen}`,
    ANTIPHON_METRICS_LISTEN: `127.0.0.1:${metrics}`,
    ANTIPHON_TRUSTED_PROXIES: '127.0.0.0/8',
    ANTIPHON_DNS_SERVERS: dns.address,
    ANTIPHON_DRAIN_SECONDS: '0',
    // For this machine only: the names of this trial lead to a loopback address, and Caddy is its own authority.
    ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true',
    ANTIPHON_CA_FILE: root,
  }
  const cli = join(ROOT, 'src/cli.ts')
  const made = spawnSync(process.execPath, [cli, 'apps', 'create', 'shop', '--mode', 'dev', '--json'], {
    env,
    encoding: 'utf8',
  })
  assert.equal(made.status, 0, made.stderr)
  const key: string = JSON.parse(made.stdout).management_key
  start(process.execPath, [cli, 'serve'], env, logs.antiphon)
  const inside = `http://127.0.0.1:${listen}`
  await until('the server is ready', () =>
    ask(`${inside}/readyz`).then(
      ({ status }) => (status === 200 ? true : undefined),
      () => undefined,
    ),
  )
  const manage = (path: string, asked: Asked = {}) =>
    ask(`${inside}/v2/session/apps/shop${path}`, { ...asked, headers: { authorization: `Bearer ${key}` } })
  const isAllowed = async (name: string) =>
    (await ask(`http://127.0.0.1:${metrics}/internal/tls/ask?domain=${name}`)).status
  const refusalOf = (name: string) =>
    ask(`https://${name}/livez`, { ca }).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    )

  for (const name of [NAME, STRANGER, `shop.${BASE}`]) dns.set(name, 'A', ADDRESS)
  const { domain } = (await manage('/domains', { body: { domain: NAME } })).body
  step(`${NAME} is added: ${domain.status}. The proxy may have a certificate for it: ${await isAllowed(NAME)}`)
  assert.equal(await isAllowed(NAME), 404)
  step(`dialled before it is proven: ${await refusalOf(NAME)}`)
  assert.ok(await refusalOf(NAME))

  dns.set(NAME, 'CNAME', domain.cname_record)
  const verify = () => manage(`/domains/${domain.id}/verify`, { method: 'POST' })
  const proven = (await verify()).body.domain
  step(`its CNAME leads to ${domain.cname_record}, and it is verified: ${proven.status}`)
  const active = await until('it is active', async () => {
    const { body } = await manage(`/domains/${domain.id}`)
    return body.domain.status === 'active' ? body.domain : undefined
  })
  for (const { name, outcome, found } of active.checks) step(`  ${name}: ${outcome}: ${found}`)

  const iss = await logIn(`https://${NAME}`, ca, () => manage('/mailbox'))
  step(`somebody logs in at https://${NAME} by a code; their token says iss ${iss}`)
  assert.equal(iss, NAME)
  const own = await ask(`https://shop.${BASE}/.well-known/jwks.json`, { ca })
  step(`https://shop.${BASE} is served, too: ${own.status}`)
  assert.equal(own.status, 200)

  step(
    `${STRANGER}, which leads here and is nobody's: ask ${await isAllowed(STRANGER)}, dialled ${await refusalOf(STRANGER)}`,
  )
  assert.equal(await isAllowed(STRANGER), 404)
  assert.ok(await refusalOf(STRANGER))
  assert.ok(await refusalOf(`x.${NAME}`))

  assert.equal((await manage(`/domains/${domain.id}`, { method: 'DELETE' })).status, 204)
  const gone = await ask(`https://${NAME}/.well-known/jwks.json`, { ca })
  await until('the proxy may have none any more', async () => ((await isAllowed(NAME)) === 404 ? true : undefined))
  step(`${NAME} is removed: it answers ${gone.status}, and the proxy may have no new certificate for it`)
  assert.equal(gone.status, 404)
  dns.close()
}

/** By a code that is kept in the mailbox. Answers the issuer of the access token. */
async function logIn(origin: string, ca: string, mailbox: () => Promise<Answer>): Promise<string> {
  const session = (path: string, body: object, headers = {}) =>
    ask(`${origin}/v1/session${path}`, { body, headers, ca })
  const begun = await session('/otp', { identifier: { type: 'email_address', value: 'ana@example.com' } })
  assert.equal(begun.status, 204)
  const token = { 'x-verification-token': String(begun.headers['x-verification-token']) }
  const code = await until(
    'the code is there',
    async () => /\b\d{6}\b/.exec(JSON.stringify((await mailbox()).body))?.[0],
  )
  const { body } = await session('/otp/check', { code }, token)
  const final = await session('/login/finalize', { challenge_token: body.challenge_token })
  assert.equal(final.status, 200, JSON.stringify(final.body))
  return JSON.parse(Buffer.from(final.body.access_token.split('.')[1], 'base64url').toString()).iss
}

const version = spawnSync('caddy', ['version'], { encoding: 'utf8' })
if (version.error) {
  console.error('There is no `caddy` on this machine. Debian has a package of that name.')
  process.exit(2)
}
step(`Caddy ${version.stdout.trim().split(' ')[0]}`)
const folder = mkdtempSync(join(tmpdir(), 'antiphon-caddy-'))
const logs = { caddy: [] as string[], antiphon: [] as string[] }
try {
  await play(folder, logs)
} catch (error) {
  console.error(
    logs.caddy.join('').split('\n').slice(-25).join('\n'),
    logs.antiphon.join('').split('\n').slice(-15).join('\n'),
  )
  throw error
} finally {
  for (const child of children) child.kill('SIGTERM')
  await Promise.all(children.map((child) => child.exitCode ?? once(child, 'exit')))
  rmSync(folder, { recursive: true, force: true })
}
