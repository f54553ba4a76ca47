// examples/clients/oidc.ts on `oidc-client-ts`, with refresh tokens, against the token endpoint of OpenID Connect.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { User, UserManager, WebStorageStateStore } from 'oidc-client-ts'
import { oidc } from '../../examples/clients/oidc.ts'
import { EXPIRED, failureOf, hurry, type Stage, storage, tellOfNobody, tellTheStory } from './stories.ts'
import { type Answer, startVendor, unsignedJwt } from './vendor.ts'

const location = { origin: 'https://app.lumen.example' }
const events = new EventTarget()
/** What the provider says to a hidden frame, which its page then calls back; without it nothing does. */
let errorInFrame: string | undefined
function replace(asked: string): void {
  if (!errorInFrame) return
  const url = `${location.origin}/?error=${errorInFrame}&state=${new URL(asked).searchParams.get('state')}`
  const message = { origin: location.origin, data: { source: 'oidc-client', url } }
  queueMicrotask(() => events.dispatchEvent(Object.assign(new Event('message'), message)))
}
const frame = { style: {}, contentWindow: { location: { replace } } }
const document = { createElement: () => frame, body: { appendChild: () => undefined } }
const addEventListener = events.addEventListener.bind(events)
const removeEventListener = events.removeEventListener.bind(events)
Object.assign(globalThis, { window: globalThis, location, document, addEventListener, removeEventListener })
// It looks every few seconds whether its token has expired.
const { setInterval: repeat } = globalThis
globalThis.setInterval = (...given: Parameters<typeof repeat>) => repeat(...given).unref()

const managerAt = (authority: string) =>
  new UserManager({
    authority,
    client_id: 'web',
    redirect_uri: 'https://app.lumen.example/',
    userStore: new WebStorageStateStore({ store: storage }),
  })

/** What an app holds of somebody who signed in long ago. */
async function hold(manager: UserManager, refresh_token?: string): Promise<void> {
  const profile = { iss: manager.settings.authority, aud: 'web', sub: 'ana', iat: 1, exp: 2 }
  const tokens = { access_token: 'opaque', id_token: EXPIRED, token_type: 'Bearer', scope: 'openid' }
  await manager.storeUser(new User({ ...tokens, ...(refresh_token && { refresh_token }), profile, expires_at: 2 }))
}

const REFUSAL: Answer = [400, { error: 'invalid_grant', error_description: 'The refresh token is not known' }]

async function oidcStage(otherwise = REFUSAL): Promise<Stage> {
  const vendor = await startVendor(({ path, body }) => {
    if (path === '/.well-known/openid-configuration') return [200, metadata]
    assert.equal(path, '/token')
    const { grant_type, client_id, refresh_token } = Object.fromEntries(new URLSearchParams(body))
    assert.deepEqual([grant_type, client_id], ['refresh_token', 'web'])
    if (refresh_token !== 'good') return otherwise
    return [
      200,
      { access_token: 'opaque', id_token: fresh, refresh_token: 'good', token_type: 'Bearer', expires_in: 300 },
    ]
  })
  const metadata = {
    issuer: vendor.origin,
    authorization_endpoint: `${vendor.origin}/authorize`,
    token_endpoint: `${vendor.origin}/token`,
  }
  const now = Math.floor(Date.now() / 1000)
  const fresh = unsignedJwt({ iss: vendor.origin, aud: 'web', sub: 'ana', iat: now, exp: now + 300 })
  return {
    vendor,
    fresh,
    unhurried: true,
    async open(refreshToken) {
      const manager = managerAt(vendor.origin)
      await hold(manager, refreshToken)
      return oidc(manager)
    },
  }
}

tellOfNobody('oidc', () => oidc(managerAt('https://id.lumen.example')))
tellTheStory('oidc', oidcStage)

test('oidc: what it got it holds, until it forgets all of it', async () => {
  const { vendor, open, fresh } = await oidcStage()
  await (await open('good')).freshLegacyToken()
  const later = oidc(managerAt(vendor.origin))
  assert.equal(await later.heldLegacyToken(), fresh)
  await later.forgetLegacySession()
  assert.equal(storage.length, 0)
})

test('oidc: a provider that wants a login says so in a hidden frame; one where nothing answers leaves it in doubt', async (t) => {
  hurry(t)
  const { vendor } = await oidcStage()
  const manager = managerAt(vendor.origin)
  await hold(manager)
  const legacy = oidc(manager)
  for (const error of ['interaction_required', 'login_required', 'account_selection_required', 'consent_required']) {
    errorInFrame = error
    assert.equal(legacy.isOver(await failureOf(legacy)), true, error)
  }
  errorInFrame = undefined
  const failure = await failureOf(legacy)
  assert.match(String(failure), /IFrame timed out/)
  assert.equal(legacy.isOver(failure), false)
  assert.equal(await legacy.heldLegacyToken(), EXPIRED)
})

test('oidc: a provider that refreshes without a new ID token leaves it in doubt', async () => {
  const refreshed = { access_token: 'opaque', refresh_token: 'next', token_type: 'Bearer', expires_in: 300 }
  const legacy = await (await oidcStage([200, refreshed])).open('withdrawn')
  assert.equal(legacy.isOver(await failureOf(legacy)), false)
  assert.equal(await legacy.heldLegacyToken(), EXPIRED)
})
