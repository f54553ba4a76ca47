import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { openConsole } from '../../src/console.ts'
import { UNLIMITED } from '../../src/core/applications/key-limits.ts'
import { inviteOperator } from '../../src/core/operators/invitation.ts'
import type { Operator } from '../../src/core/operators/operator.ts'
import { addOperator } from '../../src/core/operators/roster.ts'
import { packFiles } from '../../src/platform/console-pages.ts'
import { type Answer, send } from '../builders.ts'
import type { World } from '../world.ts'
import { authenticator } from './authenticator.ts'

export const CONSOLE_HOST = 'console.example.com'
export const CONSOLE_ORIGIN = `https://${CONSOLE_HOST}`

const FILES = new Map(
  Object.entries({
    '/index.html': { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html><title>Console</title>') },
    '/assets/main-abc.js': { type: 'text/javascript; charset=utf-8', body: Buffer.from('"use strict"') },
  }),
)

/** The console of a world, on a listener of its own, and browsers that may be at its page. */
export interface TestConsole {
  readonly w: World
  /** Of its listener. */
  readonly address: string
  browser(): Browser
}

/** What a browser at the console’s page does: it keeps cookies, and sends what pages of it send. */
export interface Browser {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Follow a link of the console’s own page. */
  open(path: string): Promise<Answer>
  /** Be sent there by a page of another site: strict cookies stay behind. */
  arrive(path: string): Promise<Answer>
  /** The token in its cookie. */
  cookie(): string | undefined
  /** Another browser with the same cookies, perhaps at another server. */
  copy(to?: Pick<TestConsole, 'w' | 'address'>): Browser
}

export async function consoleOf(w: World): Promise<TestConsole> {
  const packed = packFiles(FILES)
  const server = await openConsole(w.deps, () => packed)
  await server.listen({ host: '127.0.0.1', port: 0 })
  after(() => server.close())
  const { port } = server.server.address() as AddressInfo
  const address = `http://127.0.0.1:${port}`
  return { w, address, browser: () => newBrowser(w, address) }
}

const COOKIE = /^([^=]+)=([^;]*);.*SameSite=(\w+)$/
const SESSION = '__Host-antiphon_console'

interface Kept {
  readonly value: string
  readonly sameSite: string
}

function newBrowser(w: World, address: string, jar = new Map<string, Kept>()): Browser {
  const cookies = (isSent: (kept: Kept) => boolean) => {
    const sent = [...jar].filter(([, kept]) => isSent(kept)).map(([name, { value }]) => `${name}=${value}`)
    return sent.length > 0 ? { cookie: sent.join('; ') } : {}
  }
  async function ask(path: string, call: Parameters<typeof send>[2]): Promise<Answer> {
    const answer = await send({ ...w, address }, path, call)
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = '', sameSite = ''] = COOKIE.exec(cookie) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, { value, sameSite })
    }
    return answer
  }
  const navigate = (path: string, site: string, isSent: (kept: Kept) => boolean) =>
    ask(path, { headers: { host: CONSOLE_HOST, accept: 'text/html', 'sec-fetch-site': site, ...cookies(isSent) } })
  return {
    cookie: () => jar.get(SESSION)?.value,
    copy: (to = { w, address }) => newBrowser(to.w, to.address, new Map(jar)),
    open: (path) => navigate(path, 'same-origin', () => true),
    arrive: (path) => navigate(path, 'cross-site', ({ sameSite }) => sameSite === 'Lax'),
    async call(method, path, body, given = {}) {
      const headers = { host: CONSOLE_HOST, 'x-antiphon-console': '1', 'sec-fetch-site': 'same-origin' }
      return await ask(path, { method, headers: { ...headers, ...cookies(() => true), ...given }, body })
    },
  }
}

let operators = 0

/** Somebody on the roster, with an invitation. */
export async function operatorOf(
  w: World,
  given: Partial<Pick<Operator, 'role' | 'apps'>> = {},
): Promise<{ readonly id: string; readonly email: string; readonly invitation: string }> {
  const email = `operator-${++operators}@example.com`
  return await w.deps.transact(async (tx) => {
    const order = { name: 'Ada', email, role: 'owner', apps: undefined, createdBy: 'test', ...given } as const
    const added = await addOperator(tx, w.deps, UNLIMITED, order)
    assert.ok(added.kind === 'added', added.kind)
    return { id: added.operator.id, email, invitation: (await inviteOperator(tx, w.deps, added.operator.id)).token }
  })
}

/** A browser in which somebody has just signed in by invitation. */
export async function signedIn(it: TestConsole, given: Parameters<typeof operatorOf>[1] = {}) {
  const operator = await operatorOf(it.w, given)
  const browser = it.browser()
  const answer = await browser.call('POST', '/console/invitation', { token: operator.invitation })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return { ...operator, browser }
}

/** Register a passkey for whoever is signed in. */
export async function addPasskey(browser: Browser, kind: Parameters<typeof authenticator>[0] = {}) {
  const one = authenticator({ origin: CONSOLE_ORIGIN, ...kind })
  const begun = await browser.call('POST', '/console/passkeys/begin')
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const { publicKey, registration_token } = begun.body
  const body = { registration_token, credential: one.register(publicKey), nickname: 'laptop' }
  const answer = await browser.call('POST', '/console/passkeys/finish', body)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return one
}

/** Show a passkey. Answers what came of it. */
export async function showPasskey(browser: Browser, one: ReturnType<typeof authenticator>): Promise<Answer> {
  const { publicKey, login_token } = (await browser.call('POST', '/console/login/begin')).body
  return await browser.call('POST', '/console/login/finish', { login_token, credential: one.assert(publicKey) })
}
