/**
 * Tries the package as somebody does who has only Node: `node scripts/try-package.ts`. Builds, packs, installs the tarball with an empty HOME in an empty folder, runs `npx antiphon dev` and
 * `npx antiphon serve`, logs a user in by a code, and asks an old Node. It fetches Node 24 and 20 from npm, takes a minute, and is no part of the tests.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '..')
const PORT = 18_443
const ANSWERS_WITHIN_MS = 60_000

const folder = mkdtempSync(join(tmpdir(), 'antiphon-package-'))
const empty = (name: string) => {
  mkdirSync(join(folder, name), { mode: 0o700 })
  return join(folder, name)
}
const [home, cwd] = [empty('home'), empty('project')]

/** What a bare machine has: a shell, npm and one Node. Nothing of this repository, and nothing that npm keeps of it. */
function bare(node: string): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(folder, 'bin-'))
  symlinkSync(node, join(bin, 'node'))
  symlinkSync(
    join(dirname(process.env.npm_execpath ?? '/usr/lib/node_modules/npm/bin/npm-cli.js'), 'npm-cli.js'),
    join(bin, 'npm'),
  )
  symlinkSync(
    join(dirname(process.env.npm_execpath ?? '/usr/lib/node_modules/npm/bin/npm-cli.js'), 'npx-cli.js'),
    join(bin, 'npx'),
  )
  const { NODE_EXTRA_CA_CERTS } = process.env
  return { PATH: `${bin}:/bin:/usr/bin`, HOME: home, ...(NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS }) }
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, at = cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: at, env, encoding: 'utf8' })
  return { status, stdout: stdout.trim(), stderr: stderr.trim() }
}

function must(command: string, args: readonly string[], env: NodeJS.ProcessEnv, at = cwd): string {
  const { status, stdout, stderr } = run(command, args, env, at)
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

const nodeOf = (major: number) =>
  must(
    'npm',
    ['exec', '--yes', `--package=node@${major}`, '--', 'node', '--print', 'process.execPath'],
    process.env,
    tmpdir(),
  )

const sizeOf = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

async function whileRunning(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ready: RegExp,
  work: (line: string) => Promise<void>,
): Promise<void> {
  const child = spawn('npx', ['antiphon', ...args], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const exited = once(child, 'exit')
  try {
    await work(await untilLine(child, ready))
  } finally {
    // As Ctrl-C does: npx and what it runs.
    process.kill(-(child.pid as number), 'SIGINT')
  }
  await exited
}

async function untilLine(child: ChildProcess, pattern: RegExp): Promise<string> {
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS)
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream, signal }))
    if (pattern.test(line)) return line
  throw new Error(`no line like ${pattern} came`)
}

interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  readonly ca?: Buffer
}

async function ask(url: string, { headers = {}, body, ca }: Asked = {}) {
  const sent = request(url, {
    ca,
    agent: false,
    method: body ? 'POST' : 'GET',
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
  }).end(body && JSON.stringify(body))
  const [response] = await once(sent, 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  assert.ok(response.statusCode < 300, `${url}: ${response.statusCode} ${text}`)
  return { text, cookies: (response.headers['set-cookie'] ?? []).map((one: string) => one.split(';')[0]) }
}

async function tryDev(env: NodeJS.ProcessEnv): Promise<void> {
  const since = performance.now()
  await whileRunning(['dev'], { ...env, ANTIPHON_LISTEN: `localhost:${PORT}` }, /Stop with Ctrl-C/, async () => {
    console.log(`npx antiphon dev is ready after ${Math.round(performance.now() - since)} ms`)
    const origin = `https://localhost:${PORT}`
    const ca = readFileSync(join(cwd, '.antiphon/localhost.crt'))
    const key = readFileSync(join(cwd, '.antiphon/demo-management.key'), 'utf8').trim()
    for (const path of ['/demo/', '/demo/main.js', '/demo/core-worker.js', '/docs/', '/docs/scalar.js'])
      assert.ok((await ask(origin + path, { ca })).text.length > 0, path)
    await logInByCode(origin, key, ca)
  })
}

async function logInByCode(origin: string, key: string, ca: Buffer): Promise<void> {
  const identifier = { type: 'email_address', value: 'ada@example.com' }
  const { cookies } = await ask(`${origin}/v1/session/otp`, { ca, body: { identifier } })
  const code = await codeInMailbox(`${origin}/v2/session/apps/demo/mailbox`, {
    ca,
    headers: { authorization: `Bearer ${key}` },
  })
  const headers = { cookie: cookies.join('; ') }
  const { text } = await ask(`${origin}/v1/session/otp/check`, { ca, body: { code }, headers })
  const { challenge_token } = JSON.parse(text)
  const session = await ask(`${origin}/v1/session/login/finalize`, { ca, body: { challenge_token } })
  console.log(`logged in by a code: ${session.text.slice(0, 40)}…`)
}

async function codeInMailbox(url: string, asked: Asked): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const code = /"text":"[^"]*?\b(\d{6})\b/.exec((await ask(url, asked)).text)?.[1]
    if (code) return code
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('no code lies in the mailbox')
}

async function tryServe(env: NodeJS.ProcessEnv): Promise<void> {
  const variables = {
    ...env,
    ANTIPHON_MASTER_KEY: randomBytes(32).toString('base64'),
    ANTIPHON_LISTEN: '127.0.0.1:0',
    ANTIPHON_DEFAULT_APP: 'shop',
    ANTIPHON_DRAIN_SECONDS: '0',
  }
  const since = performance.now()
  must('npx', ['antiphon', 'apps', 'create', 'shop', '--json'], variables)
  console.log(`npx antiphon apps create: ${Math.round(performance.now() - since)} ms`)
  const started = performance.now()
  await whileRunning(['serve'], variables, /"msg":"listening"/, async (line) => {
    const { address } = JSON.parse(line)
    assert.equal((await fetch(`${address}/readyz`)).status, 200)
    console.log(`npx antiphon serve answers after ${Math.round(performance.now() - started)} ms`)
  })
}

try {
  must(process.execPath, [join(ROOT, 'scripts/build.ts')], process.env, ROOT)
  const tarball = join(
    folder,
    must('npm', ['pack', './dist', '--pack-destination', folder, '--silent'], process.env, ROOT),
  )
  const env = bare(nodeOf(24))
  const since = performance.now()
  must('npm', ['install', '--no-audit', '--no-fund', tarball], env)
  console.log(
    `tarball ${mb(statSync(tarball).size)}, installed ${mb(sizeOf(join(cwd, 'node_modules')))} in ${Math.round(performance.now() - since)} ms`,
  )
  console.log(
    `packages: ${must('npm', ['ls', '--all', '--parseable'], env)
      .split('\n')
      .slice(1)
      .map((path) => path.slice(join(cwd, 'node_modules').length + 1))
      .join(', ')}`,
  )
  console.log(`npx antiphon --version: ${must('npx', ['antiphon', '--version'], env)}`)
  await tryDev(env)
  await tryServe(env)
  for (const asked of ['--version', 'dev', 'serve']) {
    const { status, stderr } = run('npx', ['antiphon', asked], bare(nodeOf(20)))
    assert.deepEqual(
      [status, /^antiphon: Antiphon needs Node 24 or newer; this is v20\.\d+\.\d+\.$/m.test(stderr)],
      [2, true],
    )
    console.log(`Node 20, ${asked}: ${stderr}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
