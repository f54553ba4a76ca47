// examples/clients/msal.ts on `@azure/msal-browser`, its cache in localStorage, against the token endpoint of Microsoft Entra and a hidden
// frame from which Microsoft's own redirect bridge calls back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Configuration, loadExternalTokens, PublicClientApplication } from '@azure/msal-browser'
import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge'
import { msal } from '../../examples/clients/msal.ts'
import { CookieJar, MemoryStorage } from './browser-globals.ts'
import { failureOf, hurry, type Stage, storage, tellOfNobody, tellTheStory } from './stories.ts'
import { type Answer, startVendor, unsignedJwt } from './vendor.ts'

const ORIGIN = 'https://app.lumen.example'
const location = { href: `${ORIGIN}/`, origin: ORIGIN, pathname: '/', search: '', hash: '' }
/** Whether the page of a hidden frame calls back. */
let isBridged = true
const nothing = () => undefined
const frame = {
  style: {},
  setAttribute: nothing,
  set src(asked: string) {
    if (!isBridged) return
    location.hash = `#error=login_required&state=${new URL(asked).searchParams.get('state')}`
    void broadcastResponseToMainFrame()
  },
}
/** The bridge takes away what it has passed on. */
function replaceState(_state: unknown, _title: string, url: string): void {
  location.hash = new URL(url).hash
}
const document = Object.assign(new CookieJar(), {
  createElement: () => frame,
  head: { appendChild: nothing },
  body: { appendChild: nothing },
  addEventListener: nothing,
  removeEventListener: nothing,
})
/** Its cache listens to other tabs for ever. */
class UnheldChannel extends BroadcastChannel {
  constructor(name: string) {
    super(name)
    this.unref()
  }
}
let origin = ''
const { fetch: ask, setTimeout: wait } = globalThis
Object.assign(globalThis, {
  window: globalThis,
  document,
  location,
  sessionStorage: new MemoryStorage(),
  history: { replaceState },
  addEventListener: nothing,
  removeEventListener: nothing,
  BroadcastChannel: UnheldChannel,
  // It tidies up ten seconds later.
  setTimeout: (...given: Parameters<typeof wait>) => wait(...given).unref(),
  // It knows Microsoft's hosts, and asks no other.
  fetch: (url: string, init: RequestInit) => ask(url.replace('https://login.microsoftonline.com', origin), init),
})

const TENANT = '11111111-2222-4333-8444-555555555555'
const AUTHORITY = `https://login.microsoftonline.com/${TENANT}`
const clientId = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'
const config: Configuration = {
  auth: { clientId, authority: AUTHORITY, redirectUri: `${ORIGIN}/bridge.html` },
  cache: { cacheLocation: 'localStorage' },
}

const ANA = { oid: 'ana', sub: 'ana', tid: TENANT, preferred_username: 'ana@lumen.example' }
const idToken = (iat: number) =>
  unsignedJwt({ iss: `${AUTHORITY}/v2.0`, aud: clientId, ver: '2.0', ...ANA, iat, exp: iat + 3_600 })
const HELD = idToken(1)
const FRESH = idToken(Math.floor(Date.now() / 1000))
const client_info = Buffer.from(JSON.stringify({ uid: 'ana', utid: TENANT })).toString('base64url')

/** An app as it starts: it knows what is stored. */
async function started(): Promise<PublicClientApplication> {
  const client = new PublicClientApplication(config)
  await client.initialize()
  return client
}

const EXPIRED: Answer = [400, { error: 'invalid_grant', error_description: 'AADSTS50173: The grant has expired' }]
const REFRESHED = { access_token: 'opaque', refresh_token: 'good', token_type: 'Bearer', scope: 'openid', client_info }

async function msalStage(otherwise = EXPIRED): Promise<Stage> {
  const vendor = await startVendor(({ path, body }) => {
    assert.equal(path.split('?')[0], `/${TENANT}/oauth2/v2.0/token`)
    const { grant_type, client_id, refresh_token } = Object.fromEntries(new URLSearchParams(body))
    assert.deepEqual([grant_type, client_id], ['refresh_token', clientId])
    return refresh_token === 'good' ? [200, { ...REFRESHED, id_token: FRESH, expires_in: 3_600 }] : otherwise
  })
  origin = vendor.origin
  return {
    vendor,
    fresh: FRESH,
    held: HELD,
    unhurried: true,
    async open(refresh_token) {
      // What Microsoft could not answer it does not ask again for a minute.
      storage.clear()
      await loadExternalTokens(config, { scopes: ['openid'] }, { id_token: HELD, refresh_token, client_info }, {})
      const client = await started()
      client.setActiveAccount(client.getAllAccounts()[0] ?? null)
      return msal(await started())
    },
  }
}

const empty = await started()
tellOfNobody('msal', () => msal(empty))
tellTheStory('msal', msalStage)

test('msal: what it got it holds, until it forgets all of it', async () => {
  await (await (await msalStage()).open('good')).freshLegacyToken()
  const later = msal(await started())
  assert.equal(await later.heldLegacyToken(), FRESH)
  await later.forgetLegacySession()
  assert.deepEqual((await started()).getAllAccounts(), [])
  assert.deepEqual(
    Object.values(storage).filter((value) => value.includes('ana')),
    [],
  )
})

test('msal: a hidden frame that nothing answers leaves it in doubt', async (t) => {
  hurry(t)
  isBridged = false
  const legacy = await (await msalStage()).open('withdrawn')
  const failure = await failureOf(legacy)
  assert.match(String(failure), /timed_out/)
  assert.equal(legacy.isOver(failure), false)
  assert.equal(await legacy.heldLegacyToken(), HELD)
})

test('msal: a refresh without an ID token leaves it in doubt', async () => {
  const legacy = await (await msalStage([200, { ...REFRESHED, expires_in: 3_600 }])).open('withdrawn')
  assert.equal(legacy.isOver(await failureOf(legacy)), false)
})
