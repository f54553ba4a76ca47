// examples/clients/auth0.ts on `@auth0/auth0-spa-js`, with refresh tokens in localStorage, against Auth0's documented token endpoint.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Auth0Client } from '@auth0/auth0-spa-js'
import { auth0 } from '../../examples/clients/auth0.ts'
import { CookieJar } from './browser-globals.ts'
import { EXPIRED, failureOf, type Stage, storage, tellOfNobody, tellTheStory } from './stories.ts'
import { startVendor, unsignedJwt } from './vendor.ts'

const page = new CookieJar()
const location = { href: 'https://app.lumen.example/', origin: 'https://app.lumen.example', protocol: 'https:' }
Object.assign(globalThis, { window: globalThis, document: page, location })

const clientAt = (domain: string) =>
  new Auth0Client({ domain, clientId: 'web', useRefreshTokens: true, cacheLocation: 'localstorage' })

/** What the SDK keeps of somebody who signed in long ago. */
function hold(refresh_token: string, claims: object = {}): void {
  const scope = 'openid profile email offline_access'
  const ofUser = { id_token: EXPIRED, decodedToken: { claims: { __raw: EXPIRED, ...claims }, user: { sub: 'ana' } } }
  const body = { access_token: 'opaque', refresh_token, client_id: 'web', audience: 'default', scope, expires_in: 1 }
  storage.setItem('@@auth0spajs@@::web::@@user@@', JSON.stringify(ofUser))
  storage.setItem(`@@auth0spajs@@::web::default::${scope}`, JSON.stringify({ body, expiresAt: 2 }))
  page.cookie = 'auth0.web.is.authenticated=true'
}

const INVALID_GRANT = { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }

async function auth0Stage(refusal: object = INVALID_GRANT): Promise<Stage> {
  const vendor = await startVendor(({ path, body }) => {
    assert.equal(path, '/oauth/token')
    const { grant_type, client_id, refresh_token } = Object.fromEntries(new URLSearchParams(body))
    assert.deepEqual([grant_type, client_id], ['refresh_token', 'web'])
    if (refresh_token !== 'good') return [403, refusal]
    const scope = 'openid profile email offline_access'
    return [
      200,
      {
        access_token: 'opaque',
        id_token: fresh,
        refresh_token: 'next',
        scope,
        expires_in: 86_400,
        token_type: 'Bearer',
      },
    ]
  })
  const now = Math.floor(Date.now() / 1000)
  const fresh = unsignedJwt({ iss: `${vendor.origin}/`, aud: 'web', sub: 'ana', iat: now, exp: now + 36_000 })
  return {
    vendor,
    fresh,
    unhurried: true,
    async open(refreshToken) {
      hold(refreshToken)
      return auth0(clientAt(vendor.origin))
    },
  }
}

tellOfNobody('auth0', () => auth0(clientAt('lumen.eu.auth0.com')))
tellTheStory('auth0', auth0Stage)

test('auth0: what it got it holds, until it forgets all of it', async () => {
  const { open, fresh, vendor } = await auth0Stage()
  await (await open('good')).freshLegacyToken()
  const later = auth0(clientAt(vendor.origin))
  assert.equal(await later.heldLegacyToken(), fresh)
  await later.forgetLegacySession()
  assert.deepEqual([storage.length, page.cookie], [0, ''])
})

test('auth0: whoever must log in again is told so, as whose session has come to its end', async () => {
  for (const error of ['mfa_required', 'unauthorized']) {
    const refused = await (await auth0Stage({ error, error_description: 'no' })).open('withdrawn')
    assert.equal(refused.isOver(await failureOf(refused)), true, error)
  }
  hold('good', { session_expiry: 2 })
  assert.equal(await auth0(clientAt('lumen.eu.auth0.com')).freshLegacyToken(), undefined)
})

test('auth0: the check at the start of an app throws away what is held of a blocked user', async () => {
  const { vendor, open } = await auth0Stage({ error: 'invalid_grant', error_description: 'user is blocked' })
  assert.equal(await (await open('withdrawn')).heldLegacyToken(), EXPIRED)
  const checked = clientAt(vendor.origin)
  await checked.checkSession()
  assert.equal(await auth0(checked).heldLegacyToken(), undefined)
})
