import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { findSigningKey } from '../../src/core/signing-keys/keyring.ts'
import { signBody } from '../../src/crypto/webhook-signature.ts'
import { application, type TestApp } from '../builders.ts'
import { configure, migrate, moveOver, shown } from '../house/legacy.ts'
import { type World, world } from '../world.ts'
// Before there is a server: it looks for what is on this machine, and holds the process.
import './programs.ts'

/**
 * A program that is a legacy application with the hook in it, and says where it listens. It is told of `ANTIPHON_APP_ID`, `ANTIPHON_JWKS_URL`,
 * a secret for tickets and a folder of its own.
 */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its hook is; `/antiphon/session` unless it says otherwise. */
  readonly path?: string
  /** Make what it needs in its folder, before it starts. */
  prepare?(folder: string): void
}

/** A legacy application with the hook in it, and the application here that asks it. */
export interface LegacyApp {
  readonly w: World
  readonly app: TestApp
  /** Signs in there, in the framework's own way: the cookies that it sets, as a client sends them. */
  login(query: string): Promise<string>
  /** What a page that is signed in by these cookies is given for its token. */
  ticket(cookies: string): Promise<string | null>
  /** The status of the same. */
  statusOfTicket(cookies: string): Promise<number>
  /** Tell the legacy application of something; answers what it says. */
  tell(path: string): Promise<string>
  /** Exchange; answers our status. */
  exchange(token: string): Promise<number>
  /** Exchange, finalize, and answer the external id of whoever is logged in. */
  moveOver(token: string): Promise<string>
  /** Call the hook without the server; answers its status. */
  call(body: string, signature: string, keyId: string): Promise<number>
}

const w = await world('sqlite', { config: { allowPrivateHooks: true }, network: { allowPrivate: true } })

/** Start a program for one test, and an application whose migration hook is in it. */
export async function startLegacyApp(program: Program): Promise<LegacyApp> {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-hook-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  program.prepare?.(folder)
  const app = await application(w)
  const origin = await run(program, folder, { ANTIPHON_APP_ID: app.id, ANTIPHON_JWKS_URL: await publishKeys(app) })
  const hook = origin + (program.path ?? '/antiphon/session')
  await configure(app, { session_validation_url: hook })
  return {
    w,
    app,
    async login(query) {
      const answer = await fetch(`${origin}/login?${query}`, { method: 'POST' })
      assert.equal(answer.status, 200, await answer.text())
      return answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
    },
    async ticket(cookie) {
      const answer = await fetch(`${origin}/antiphon/ticket`, { headers: { cookie } })
      assert.match(answer.headers.get('cache-control') ?? '', /no-store/)
      return ((await answer.json()) as { token: string | null }).token
    },
    statusOfTicket: async (cookie) => (await fetch(`${origin}/antiphon/ticket`, { headers: { cookie } })).status,
    async tell(path) {
      const answer = await fetch(`${origin}${path}`, { method: 'POST' })
      const said = await answer.text()
      assert.equal(answer.status, 200, said)
      return said
    },
    exchange: async (token) => (await migrate(app, token)).status,
    moveOver: async (token) => (await shown(app, (await moveOver(w, app, token)).userId)).external_id,
    async call(body, signature, keyId) {
      const headers = {
        'content-type': 'application/json',
        'x-webhook-signature': signature,
        'x-webhook-signature-key-id': keyId,
      }
      return (await fetch(hook, { method: 'POST', body, headers })).status
    },
  }
}

const LISTENING = /^listening on (\d+)$|Development Server \(http:\/\/127\.0\.0\.1:(\d+)\) started/m

async function run(
  { command, args, env }: Program,
  folder: string,
  variables: Record<string, string>,
): Promise<string> {
  const own = { LEGACY_FOLDER: folder, ANTIPHON_TICKET_SECRET: 'a secret of the tickets, and of nothing else' }
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...own, ...env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  after(() => child.kill('SIGKILL'))
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, port, other] = LISTENING.exec(said) ?? []
      if (port || other) resolve(`http://127.0.0.1:${port ?? other}`)
    })
  }
  child.once('exit', (status) => reject(new Error(`${command} ended with ${status}: ${said}`)))
  return await promise
}

/** The key set of an application at an address of its own: whoever runs the hook cannot name a Host. */
async function publishKeys(app: TestApp): Promise<string> {
  const server = createServer(async (_, response) => {
    response.end(JSON.stringify((await app.call('/.well-known/jwks.json')).body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
}

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** The calls that are not the server's for this application, by what is wrong with them; each takes a token that is good. */
export async function statusesOfForeignCalls({ w, app, call }: LegacyApp, token: string) {
  const { kid, key } = await findSigningKey(w.deps, app.id, 'webhook', 'PS256')
  const body = JSON.stringify({ app_id: app.id, token })
  const other = JSON.stringify({ app_id: 'another', token })
  const long = JSON.stringify({ app_id: app.id, token, padding: 'x'.repeat(128 * 1024) })
  const pss = { key: stranger, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return {
    signed: await call(body, signBody(key, body), kid),
    forged: await call(body, sign('sha256', Buffer.from(body), pss).toString('base64url'), kid),
    changed: await call(`${body} `, signBody(key, body), kid),
    cut: await call(body, signBody(key, body).slice(0, -4), kid),
    unsigned: await call(body, '', kid),
    'of an unknown key': await call(body, signBody(key, body), 'no-such-key'),
    'for another application': await call(other, signBody(key, other), kid),
    'too long': await call(long, signBody(key, long), kid),
  }
}

export const FOREIGN_CALLS_ARE_FAULTS = {
  signed: 200,
  forged: 500,
  changed: 500,
  cut: 500,
  unsigned: 500,
  'of an unknown key': 500,
  'for another application': 500,
  'too long': 500,
}
