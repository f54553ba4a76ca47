import assert from 'node:assert/strict'
import { after } from 'node:test'
import fastify from 'fastify'
import type { BrowserContext } from 'playwright-core'
import { directory } from '../../src/core/applications/directory.ts'
import { type ApplicationChange, swapApplication } from '../../src/core/applications/store.ts'
import { listMail } from '../../src/core/messages/store.ts'
import { findSession, type LiveSession } from '../../src/core/sessions/store.ts'
import { endHandshakesOnClose } from '../../src/platform/handshakes.ts'
import type { FastifyInstance } from '../../src/platform/http.ts'
import { application, challengeToken, pkce, type TestApp, user } from '../builders.ts'
import { selfSignedCertificate } from '../tls.ts'
import { BASE_DOMAIN, type EngineName, START, type World, world } from '../world.ts'
import { servePage } from './site.ts'
import { lines, openTab, type Tab } from './tab.ts'

const tls = await selfSignedCertificate()

interface StageOptions {
  /** Of the server's clock, which stands still, to the browser's. */
  readonly clockAheadMs?: number
  readonly baseDomain?: string
  prepare?(server: FastifyInstance): void
}

/** A world behind TLS that serves the page beside the API. */
export async function openStage(engine: EngineName, options: StageOptions = {}): Promise<World> {
  const { clockAheadMs = 0, baseDomain = BASE_DOMAIN } = options
  const staged = await world(engine, {
    config: { tls, baseDomain },
    async pages(server) {
      options.prepare?.(server)
      await servePage(server)
    },
  })
  staged.advance(Date.now() - START + clockAheadMs)
  return staged
}

/** A world that sends each code before it answers, a second after the one before: the code sent last is the one asked for last. */
export async function openCodeStage(engine: EngineName, options: StageOptions = {}): Promise<World> {
  const w = await openStage(engine, {
    ...options,
    prepare(server) {
      options.prepare?.(server)
      server.addHook('onSend', async ({ url }) => {
        if (!/\/otp(\/retry)?$/.test(url)) return
        await w.drain()
        w.advance(1000)
      })
    },
  })
  return w
}

/** An application at an origin of its own: pages of that origin are served by the same server. */
export async function stagedApp(w: World, change: ApplicationChange = {}): Promise<TestApp> {
  const app = await application(w, change)
  return await movedTo(w, app, `${app.host}:${new URL(w.address).port}`)
}

/** An application whose clients dial another host. */
export async function movedTo(w: World, app: TestApp, host: string): Promise<TestApp> {
  await addPublicOrigin(w, app, `https://${host}`)
  return { ...app, host, origin: `https://${host}` }
}

async function addPublicOrigin(w: World, app: TestApp, origin: string): Promise<void> {
  const record = await directory(w.deps).find(app.id)
  assert.ok(record)
  const publicOrigins = [...record.publicOrigins, origin]
  assert.ok(await w.deps.transact((tx) => swapApplication(tx, app.id, record.version, { publicOrigins })))
  directory(w.deps).forget(app.id)
}

/** Serves the page from a server that is not ours; answers its port. */
export async function openForeignSite(): Promise<number> {
  const server = fastify({ https: tls, forceCloseConnections: true }) as unknown as FastifyInstance
  endHandshakesOnClose(server)
  await servePage(server)
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  after(() => server.close())
  return Number(new URL(address).port)
}

/** Logs a user in through the SDK in a tab of its own, as a way in that ends with a redirect would. */
export async function signIn(w: World, app: TestApp, context: BrowserContext, userId?: string): Promise<Tab> {
  const tab = await openTab(context, app.origin, app.host)
  await finalize(w, app, tab, userId ?? (await user(w, app)))
  assert.deepEqual(await lines(tab), ['POST /login/finalize 200'])
  return tab
}

/** Finalizes a login through the SDK. */
export async function finalize(w: World, app: TestApp, tab: Tab, userId: string): Promise<void> {
  const { verifier, challenge } = pkce()
  await tab.storeVerifier(verifier)
  await tab.sdk('finalizeOAuthLogin', await challengeToken(w, app, userId, challenge))
}

/** The codes that were sent to an address or number, the last one first. */
async function codesFor(w: World, app: TestApp, recipient: string): Promise<string[]> {
  await w.drain()
  const mail = (await listMail(w.deps.db, app.id, 100)).filter((one) => one.recipient === recipient)
  return mail.flatMap(({ text }) => /\b\d{4,8}\b/.exec(text)?.[0] ?? [])
}

/** The code that was sent to an address or number last. */
export async function codeFor(w: World, app: TestApp, recipient: string): Promise<string> {
  const [code] = await codesFor(w, app, recipient)
  assert.ok(code, `no code was sent to ${recipient}`)
  return code
}

/** How many codes were sent to an address or number. */
export const codeCount = async (w: World, app: TestApp, recipient: string): Promise<number> =>
  (await codesFor(w, app, recipient)).length

/** A code that is not the right one. */
export const otherThan = (code: string): string =>
  String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0')

/** Create a configuration of the application by its management API. */
export async function configure(app: TestApp, path: string, body: object): Promise<void> {
  const answer = await app.manage(path, { body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
}

/** Let time pass for the server and for the pages of a tab. */
export async function pass(w: World, tab: Tab, seconds: number): Promise<void> {
  w.advance(seconds * 1000)
  await tab.advance(seconds * 1000)
}

/** The names of the cookies of a browser. */
export const cookieNames = async (context: BrowserContext): Promise<string[]> =>
  (await context.cookies()).map(({ name }) => name)

/** The cookie that a login with a key leaves. */
export const loginCookieOf = (app: TestApp): string => `__Host-login_${app.id}`

/** The session of a tab, as the server stored it. */
export async function storedSession(w: World, app: TestApp, tab: Tab): Promise<LiveSession> {
  return await sessionOf(w, app, await tab.sdk('getSessionId'))
}

export async function sessionOf(w: World, app: TestApp, id: string | null): Promise<LiveSession> {
  const session = await findSession(w.deps.db, app.id, id ?? '', w.deps.now())
  assert.ok(session, `no session ${id}`)
  return session
}
