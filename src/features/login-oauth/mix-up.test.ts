import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, pkce, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { answered, CONFIG, configOf, OKTA_ISSUER, OWN_ISSUER, play, REDIRECT_URI } from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import type { OutboundRequest } from '../../platform/safe-fetch.ts'

/** A server that another company runs, and brings along as its own. */
const EVIL = 'https://login.evil.example'
const EVIL_SERVER = {
  issuer: EVIL,
  authorization_endpoint: `${EVIL}/authorize`,
  token_endpoint: `${EVIL}/token`,
  jwks_uri: `${EVIL}/keys`,
}

async function connect(app: TestApp, name: string, domain: string, issuer_url: string) {
  const body = configOf(name, {
    type: 'enterprise',
    enterprise: { email_domain_allowlist: [domain], default_redirect_uri: REDIRECT_URI },
    [name === 'okta' ? 'okta' : 'oidc']: { issuer_url },
  })
  const made = await app.manage(`${CONFIG}/${name}`, { body })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body.config as { connection_id: string; redirect_uri: string }
}

for (const { engine, w } of await stages()) {
  for (const [name, issuer] of [
    ['acme', OWN_ISSUER],
    ['okta', OKTA_ISSUER],
  ] as const) {
    test(`${engine}: ${name}: a code of one company’s people is never shown to the server of another company`, async () => {
      const app = await application(w, { redirectUris: [REDIRECT_URI] })
      const played = await play(w, name)
      const theirs = ({ url }: OutboundRequest) => answered(200, url.endsWith('configuration') ? EVIL_SERVER : {})
      w.fakeNetwork((request) =>
        request.url.startsWith(EVIL) ? Promise.resolve(theirs(request)) : played.answer(request),
      )
      const honest = await connect(app, name, 'acme.com', issuer)
      const evil = await connect(app, name, 'evil.com', EVIL)
      const begin = async (connection_id: string) => {
        const body = { connection_id, code_challenge: pkce().challenge }
        const answer = await app.call('/v1/session/login/oauth/authorize', { body })
        return new URL(answer.body.authorization_url)
      }

      // The attacker begins one login with each, and sends the victim on with the state of the other one.
      const own = await begin(honest.connection_id)
      const trap = await begin(evil.connection_id)
      const state = trap.searchParams.get('state') ?? ''
      const callback = own.searchParams.get('redirect_uri') ?? ''
      assert.equal(callback, honest.redirect_uri)
      const { code = '' } = played.consent(own.href)
      // The victim's own company sends the browser to where it always sends it.
      const brought = await app.call(`${new URL(callback).pathname}?${new URLSearchParams({ state, code })}`)
      assertRefused(brought, 'bad_request', 'bad_request')
      assert.ok(!w.outbound.some(({ url }) => url === EVIL_SERVER.token_endpoint))
    })
  }
}
