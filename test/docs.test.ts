import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const hasCurl = spawnSync('curl', ['--version']).status === 0

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The shell commands of a page, in order. */
function commandsOf(page: string): string {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]).join('\n')
}

test('the migration guide runs as written', { skip: hasCurl ? false : 'curl is not installed' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-guide-'))
  const [port, hookPort] = [await freePort(), await freePort()]
  const dev = spawn(process.execPath, ['src/cli.ts', 'dev', '--data', join(folder, '.antiphon')], {
    cwd: root,
    env: { ...process.env, ANTIPHON_LISTEN: `localhost:${port}` },
  })
  after(() => {
    dev.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  await new Promise<void>((resolve, reject) => {
    dev.stdout.on('data', (chunk) => String(chunk).includes('is ready') && resolve())
    dev.once('exit', (code) => reject(new Error(`dev ended with ${code}`)))
  })

  const commands = commandsOf('docs/guide/migrate-users.md')
    .replaceAll('localhost:8443', `localhost:${port}`)
    .replaceAll('127.0.0.1:9100', `127.0.0.1:${hookPort}`)
    .replaceAll('docs/guide/', join(root, 'docs/guide/'))
    .replaceAll(' node ', ` ${process.execPath} `)
  const script = `set -eu\ntrap 'kill $(jobs -p)' EXIT\n${commands}`
  const env = {
    ...process.env,
    PORT: String(hookPort),
    ANTIPHON_JWKS_URL: `https://localhost:${port}/.well-known/jwks.json`,
  }
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.equal(status, 0, stderr)
  const answers = [...stdout.matchAll(/\{"(config|access_token|progress)"/g)].map((match) => match[1])
  assert.deepEqual(answers, [...Array(7).fill('config'), 'access_token', 'access_token', 'progress'], stdout)
  assert.match(stdout, /"users_migrated":1/)
})
