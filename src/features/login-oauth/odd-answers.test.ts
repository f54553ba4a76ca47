import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import {
  answered,
  CONFIG,
  configOf,
  type Played,
  play,
  REDIRECT_URI,
  through,
  withProvider,
} from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import { world } from '../../../test/world.ts'

const RSA = { kty: 'RSA', kid: 'k1', alg: 'RS256', use: 'sig' }
const THIN = { email: undefined, email_verified: undefined }
const USERINFO = { sub: '108', email: 'ana@example.com', email_verified: true }

/** Answers that no document foresees, and the word of the log for each. */
const ODD: readonly [string, string, Partial<Played>, RegExp][] = [
  ['a status that is none', 'google', { token: answered(999, {}) }, /^OAUTH_/],
  [
    'a status that is none, of its API',
    'github',
    { github: { user: { id: 108 }, emails: [], emailsStatus: 600 } },
    /^emails: answered 500/,
  ],
  [
    'an access token that no header takes',
    'okta',
    { tokens: { access_token: 'a\r\nb' }, claims: THIN, userinfo: USERINFO },
    /^the access token is none$/,
  ],
  [
    'an access token in letters of its own',
    'github',
    { tokens: { access_token: 'gho_€' } },
    /^the access token is none$/,
  ],
  ['an empty access token', 'facebook', { tokens: { access_token: '' } }, /^OAUTH_/],
]

/** Keys that are none, or not to be had. */
const KEYS: readonly [string, object][] = [
  ['has no number', RSA],
  ['tells its secret', { ...RSA, n: 'A'.repeat(400), e: 'AQAB', d: 'AQAB' }],
  ['is too short', { ...RSA, n: 'AQAB', e: 'AQAB' }],
  ['is of another kind', { ...RSA, kty: 'oct', k: 'AQAB' }],
]

/** What discovery documents say beside the point, and whether the login is one all the same; else the client is not known, by HTTP Basic. */
const DOCUMENTS: readonly [string, Record<string, unknown>, boolean][] = [
  ['no endpoint by null', { userinfo_endpoint: null }, true],
  ['a flag by a text', { authorization_response_iss_parameter_supported: 'false' }, true],
  ['a list by a text', { token_endpoint_auth_methods_supported: 'client_secret_post' }, false],
  ['a list by null', { token_endpoint_auth_methods_supported: null }, false],
]

for (const { engine, w } of await stages()) {
  for (const [name, discovery, isKnown] of DOCUMENTS) {
    test(`${engine}: an issuer whose discovery document says ${name} is asked as one that does not say it`, async () => {
      const own = await world(engine)
      const app = await application(own, { redirectUris: [REDIRECT_URI] })
      const played = await play(own, 'acme')
      Object.assign(played, { discovery, claims: THIN })
      assert.equal((await app.manage(`${CONFIG}/acme`, { body: configOf('acme') })).status, 201)
      const { gone } = await through(app, played)
      assert.equal('challenge_token' in gone, isKnown, `${own.log.at(-1)}`)
    })
  }

  for (const [name, provider, change, cause] of ODD) {
    test(`${engine}: ${name} ends the login of ${provider} as any failure does`, async () => {
      const { app, played } = await withProvider(w, provider)
      Object.assign(played, change)
      assert.equal((await through(app, played)).gone.error, 'server_error')
      assert.match(JSON.parse(w.log.at(-1) ?? '{}').cause, cause)
    })
  }

  for (const [name, key] of KEYS) {
    test(`${engine}: a key that ${name} ends the login as any failure does, and the right one is asked for again`, async () => {
      // Its own, for a world remembers the keys of a provider.
      const own = await world(engine)
      const { app, played } = await withProvider(own, 'google')
      played.published = { keys: [key] }
      assert.equal((await through(app, played)).gone.error, 'server_error')
      assert.match(JSON.parse(own.log.at(-1) ?? '{}').cause, /^OAUTH_|^the key of the ID token cannot be used$/)
      played.published = undefined
      assert.ok((await through(app, played)).gone.challenge_token)
    })
  }

  test(`${engine}: what nobody reads of an answer may be of any shape`, async () => {
    for (const provider of ['google', 'github', 'facebook']) {
      const { app, played } = await withProvider(w, provider)
      for (const value of [null, '', {}, ['x'], { toString: 1 }, 'never', -1]) {
        played.tokens = { expires_in: value, scope: value, refresh_token: value, refresh_token_expires_in: value }
        const { gone } = await through(app, played)
        assert.ok(gone.challenge_token, JSON.stringify([provider, value, w.log.at(-1)]))
      }
    }
  })

  test(`${engine}: whoever has a profile without end at the provider closes the way for nobody else`, async () => {
    const { app, played } = await withProvider(w, 'okta')
    for (let i = 0; i < 6; i++) {
      played.token = { kind: 'failed', reason: 'too_large' }
      assert.equal((await through(app, played)).gone.error, 'server_error')
    }
    played.token = undefined
    assert.ok((await through(app, played)).gone.challenge_token)
  })
}
