// examples/clients/clerk.ts on `@clerk/clerk-js`, against the calls of Clerk's frontend API that its SDK makes at start and for a token.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clerk } from '../../examples/clients/clerk.ts'
import { CookieJar, MemoryStorage } from './browser-globals.ts'
import { FRESH, type Stage, tellOfNobody, tellTheStory } from './stories.ts'
import { type Answer, startVendor, unsignedJwt } from './vendor.ts'

const page = new CookieJar()
const nothing = () => undefined
const listening = { addEventListener: nothing, removeEventListener: nothing }
Object.assign(globalThis, {
  window: globalThis,
  ...listening,
  document: Object.assign(page, { ...listening, hasFocus: () => true, visibilityState: 'visible' }),
  location: new URL('https://app.lumen.example/'),
  isSecureContext: true,
  sessionStorage: new MemoryStorage(),
  // A channel to other tabs holds a process up.
  BroadcastChannel: undefined,
})
Object.defineProperty(navigator, 'onLine', { value: true, configurable: true })
// It asks the one host that its key names over HTTPS, looks after its session by timers that never end, and tries again for minutes.
let origin = ''
const { fetch: ask, setTimeout: wait, setInterval: repeat } = globalThis
Object.assign(globalThis, {
  fetch: (url: URL, init: RequestInit) => ask(String(url).replace('https://clerk.lumen.example', origin), init),
  setTimeout: (work: () => void, ms = 0, ...rest: []) => wait(work, ms / 10, ...rest).unref(),
  setInterval: (...given: Parameters<typeof repeat>) => repeat(...given).unref(),
})
const { Clerk } = await import('@clerk/clerk-js')

const KEY = `pk_live_${btoa('clerk.lumen.example$')}`
const SESSION = 'sess_1'
const tokenOf = (name: string, exp: number) => unsignedJwt({ sub: 'ana', sid: SESSION, name, iat: 1, exp })
const LONG_AGO = tokenOf('long ago', 61)
const AT_START = tokenOf('at start', Math.floor(Date.now() / 1000) + 60)

function sessionAtStart() {
  const soon = Date.now() + 3_600_000
  const user = { object: 'user', id: 'ana' }
  const last_active_token = { object: 'token', jwt: AT_START }
  return {
    object: 'session',
    id: SESSION,
    status: 'active',
    expire_at: soon,
    abandon_at: soon,
    last_active_token,
    user,
  }
}

function answerOf(path: string, isSignedIn: boolean): Answer {
  const { pathname } = new URL(path, 'https://clerk.lumen.example')
  if (pathname === '/v1/environment') return [200, { auth_config: { single_session_mode: true } }]
  if (pathname === '/v1/client') {
    const sessions = isSignedIn ? [sessionAtStart()] : []
    return [200, { response: { object: 'client', id: 'client_1', sessions, last_active_session_id: sessions[0]?.id } }]
  }
  if (pathname === '/v1/client/sessions') return [200, { response: { object: 'client', id: 'client_1', sessions: [] } }]
  assert.equal(pathname, `/v1/client/sessions/${SESSION}/tokens`)
  if (isSignedIn) return [200, { object: 'token', jwt: FRESH }]
  return [401, { errors: [{ code: 'authentication_invalid', message: 'Invalid authentication' }] }]
}

/** At start it gives up after seven seconds: those are not to be shorter. */
async function unhurried(work: () => Promise<void>): Promise<void> {
  const { setTimeout: hurried } = globalThis
  Object.assign(globalThis, { setTimeout: (...given: Parameters<typeof wait>) => wait(...given).unref() })
  await work().finally(() => Object.assign(globalThis, { setTimeout: hurried }))
}

async function clerkStage() {
  const knows = { isSignedIn: true }
  const vendor = await startVendor(({ path }) => answerOf(path, knows.isSignedIn))
  /** The app starts, with this in its cookie. */
  async function start(isSignedIn: boolean, held?: string) {
    origin = vendor.origin
    page.cookie = held ? `__session=${held}` : '__session=; expires=Thu, 01 Jan 1970 00:00:00 GMT'
    knows.isSignedIn = isSignedIn
    const client = new Clerk(KEY)
    await unhurried(() => client.load({ telemetry: false }))
    return client
  }
  return { vendor, start, knows }
}

async function storyStage(): Promise<Stage> {
  const { vendor, start, knows } = await clerkStage()
  return {
    vendor,
    held: AT_START,
    async open(refreshToken) {
      const client = await start(true)
      // Another tab may have written its own.
      page.cookie = `__session=${LONG_AGO}`
      knows.isSignedIn = refreshToken === 'good'
      return clerk(client)
    },
  }
}

tellOfNobody('clerk', async () => clerk(await (await clerkStage()).start(false)))
tellTheStory('clerk', storyStage)

test('clerk: what was held when the session ended elsewhere is there, until somebody signs out', async () => {
  const { start } = await clerkStage()
  const over = clerk(await start(false, LONG_AGO))
  assert.deepEqual([await over.freshLegacyToken(), await over.heldLegacyToken()], [undefined, LONG_AGO])

  const client = await start(true, LONG_AGO)
  await client.signOut(async () => undefined)
  assert.equal(await clerk(client).heldLegacyToken(), undefined)
})
