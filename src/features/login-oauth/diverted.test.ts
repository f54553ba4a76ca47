import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, claimsOf, dpopKey, pkce, sentCode, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { checkWith, NEW, retryWith, tokenOf } from '../../../test/house/codes.ts'
import { holderOf, linkAccount } from '../../../test/house/federation.ts'
import { rowsOf } from '../../../test/house/legacy.ts'
import {
  begin,
  CONFIG,
  comeBack,
  configOf,
  type Played,
  REDIRECT_URI,
  returned,
  through,
  withProvider,
} from '../../../test/house/oauth.ts'
import { COMPANY, connect, SSO_URL } from '../../../test/house/saml-connections.ts'
import { ADA, post } from '../../../test/house/saml-idp.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { findAttempt } from '../../core/attempts/store.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { hashSecret } from '../../crypto/opaque-token.ts'

const ANA = `ana@${COMPANY}`
const AT_HOME = 'ana@home.example'
const ENFORCED = { behavior: { enforce_login: true } }
const MERGING = { use_email_as_identifier: true, allow_email_account_merge: true }

for (const { engine, w } of await stages()) {
  /** The login by SAML that a browser was sent on into. */
  async function sentOn(app: TestApp, answer: Answer) {
    assert.equal(answer.status, 303, JSON.stringify(answer.body))
    const location = answer.headers.get('location') ?? ''
    assert.ok(location.startsWith(`${SSO_URL}?SAMLRequest=`), location)
    for (const [name, value] of [
      ['cache-control', 'no-store'],
      ['referrer-policy', 'no-referrer'],
    ] as const)
      assert.equal(answer.headers.get(name), value)
    const state = new URL(location).searchParams.get('RelayState') ?? ''
    return { location, attempt: await findAttempt(w.deps.db, app.id, hashSecret(state)) }
  }
  async function comeIn(app: TestApp, played: Played, body: object = {}) {
    const { url } = await begin(app, played.name, body)
    return await comeBack(app, played.name, played.consent(url))
  }
  const madeIn = async (app: TestApp) => {
    const { users = [], federated_identities = [], identifiers = [], verifications = [] } = await rowsOf(w, app)
    return [users, federated_identities, identifiers, verifications].map(({ length }) => length)
  }

  test(`${engine}: 79 whose address’s company has its own login goes on into it from a provider, and nobody is made or linked`, async () => {
    const uri = 'myapp://oauth-callback'
    // Apple has the browser post its answer.
    for (const [provider, redirect_uri] of [
      ['google', REDIRECT_URI],
      ['apple', uri],
    ] as const)
      for (const email_verified of [true, false, undefined]) {
        const { app, played } = await withProvider(w, provider, {}, [REDIRECT_URI, uri])
        const connection = await connect(w, app, ENFORCED)
        played.claims = { email: `Ana@${COMPANY.toUpperCase()}`, email_verified }
        const { challenge } = pkce()
        const sent = { redirect_uri, code_challenge: challenge, dispatch_id: 'dispatch-1' }
        const { attempt } = await sentOn(app, await comeIn(app, played, sent))
        const { kind, finished_at, ...gone } = attempt ?? assert.fail()
        assert.deepEqual([kind, finished_at], ['saml', null])
        assert.deepEqual([gone.provider, gone.redirect_uri], [connection.id, redirect_uri])
        assert.deepEqual([gone.code_challenge, gone.dispatch_id], [challenge, 'dispatch-1'])
        assert.deepEqual(await madeIn(app), [0, 0, 0, 0])
      }
  })

  test(`${engine}: 79 whoever went on to the company’s login comes back by it, for the verifier that the login began with`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const connection = await connect(w, app, ENFORCED)
    played.claims = { email: ADA.email }
    const { url, verifier } = await begin(app, 'google')
    const { location } = await sentOn(app, await comeBack(app, 'google', played.consent(url)))
    const { challenge_token = '' } = returned(await post(app, await connection.idp.login(location, ADA)))
    const key = await dpopKey(w)
    assertRefused(await finalizeWith(app, key, challenge_token), 'bad_request', 'bad_request')
    const session = await finalizeWith(app, key, challenge_token, { verifier })
    assert.equal(session.status, 200, JSON.stringify(session.body))
    assert.equal(await holderOf(w, app, connection.id, ADA.nameId), claimsOf(session.body.access_token).sub)
    assert.equal(await holderOf(w, app, 'google', '108'), undefined)
    // A list that the place has left since is asked again.
    const late = await sentOn(app, await comeIn(app, played))
    assert.equal(
      (await app.manage('', { method: 'PATCH', body: { redirect_uris: ['https://other.example/'] } })).status,
      200,
    )
    const answer = await post(app, await connection.idp.login(late.location, ADA))
    assertRefused(answer, 'bad_request', 'bad_request')
    assert.equal(answer.headers.get('location'), null)
  })

  test(`${engine}: 79 where the provider’s address would be proven by a code, none is asked for`, async () => {
    const verifying = { options: { use_email_as_identifier: true, verify_email: true } }
    const { app, played } = await withProvider(w, 'facebook', verifying)
    const connection = await connect(w, app, ENFORCED)
    played.me = { id: '108', email: ANA }
    await sentOn(app, await comeIn(app, played))
    await connection.set({ behavior: { enforce_login: false } })
    assert.equal(returned(await comeIn(app, played)).status, 'otp_required')
  })

  test(`${engine}: 79 one whose account is, or would be, somebody’s who has proven such an address goes the same way, unlinked`, async () => {
    const { app, played } = await withProvider(w, 'google', { options: MERGING })
    played.claims = { email: AT_HOME }
    const userId = await user(w, app, { email: ANA })
    const home = { type: 'email_address', value: AT_HOME } as const
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, userId, home, true))
    const connection = await connect(w, app, ENFORCED)
    const before = await madeIn(app)
    await sentOn(app, await comeIn(app, played))
    assert.deepEqual(await madeIn(app), before)
    await linkAccount(w, app, userId, 'google', '108')
    const linked = (await rowsOf(w, app)).federated_identities
    for (const email of [AT_HOME, undefined]) {
      played.claims = { email }
      await sentOn(app, await comeIn(app, played))
    }
    assert.deepEqual((await rowsOf(w, app)).federated_identities, linked)
    await connection.set({ behavior: { enforce_login: false } })
    assert.ok((await through(app, played)).gone.challenge_token)
  })

  test(`${engine}: 79 the same answer within a minute goes to the same place, and another person’s goes nowhere`, async () => {
    const { app, played } = await withProvider(w, 'google')
    await connect(w, app, ENFORCED)
    played.claims = { email: ANA }
    const { url } = await begin(app, 'google')
    const back = played.consent(url)
    const first = await sentOn(app, await comeBack(app, 'google', back))
    w.advance(59_999)
    assert.equal((await sentOn(app, await comeBack(app, 'google', back))).location, first.location)
    // Another code for the same account, and one for somebody else's.
    assert.equal((await sentOn(app, await comeBack(app, 'google', played.consent(url)))).location, first.location)
    played.claims = { sub: '666', email: `mallory@${COMPANY}` }
    assert.equal(returned(await comeBack(app, 'google', played.consent(url))).error, 'invalid_request')
    w.advance(1)
    assert.equal((await comeBack(app, 'google', back)).status, 400)
    assert.equal((await rowsOf(w, app)).login_attempts?.length, 2)
  })

  test(`${engine}: 79 a company’s own OpenID provider is left for its SAML, too; people of other companies stay with theirs`, async () => {
    const { app, played } = await withProvider(w, 'okta')
    const enterprise = { email_domain_allowlist: [COMPANY, 'other.example'], default_redirect_uri: REDIRECT_URI }
    const made = await app.manage(`${CONFIG}/okta`, { body: configOf('okta', { type: 'enterprise', enterprise }) })
    const { connection_id } = made.body.config
    const connection = await connect(w, app, ENFORCED)
    const come = async (email: string) => {
      played.claims = { sub: email, email }
      const code_challenge = pkce().challenge
      const begun = await app.call('/v1/session/login/oauth/authorize', { body: { connection_id, code_challenge } })
      const url: string = begun.body.authorization_url
      const name = new URL(url).searchParams.get('redirect_uri')?.split('/').at(-2) ?? ''
      return await comeBack(app, name, played.consent(url))
    }
    assert.equal((await sentOn(app, await come(ANA))).attempt?.redirect_uri, REDIRECT_URI)
    assert.ok(returned(await come('bo@other.example')).challenge_token)
    await connection.set({ enabled: false })
    assert.ok(returned(await come(ANA)).challenge_token)
  })

  test(`${engine}: an account whose address is proven by a code is nobody’s once its company enforces its own login, at whatever point`, async () => {
    const options = { ...MERGING, verify_email: true }
    const { app, played } = await withProvider(w, 'facebook', { options })
    const connection = await connect(w, app)
    const enforce = (enforce_login: boolean) => connection.set({ behavior: { enforce_login } })
    const asked = async (email: string) => {
      played.me = { id: '108', email }
      const { gone, verifier } = await through(app, played)
      return { token: gone.challenge_token ?? '', verifier }
    }
    const send = (token: string) => app.call(NEW.start, { body: { challenge_token: token } })
    const required = (answer: Answer) => assertRefused(answer, 'saml_login_required', 'forbidden')

    const one = await asked(ANA)
    await enforce(true)
    required(await send(one.token))
    await enforce(false)
    const sent = tokenOf(await send(one.token))
    const code = await sentCode(w, app, ANA)
    await enforce(true)
    required(await retryWith(app, NEW, sent))
    required(await checkWith(app, NEW, sent, code))

    await enforce(false)
    const two = await asked(ANA)
    const checked = await checkWith(app, NEW, tokenOf(await send(two.token)), await sentCode(w, app, ANA))
    const finalize = async () => await finalizeWith(app, await dpopKey(w), checked.body.challenge_token, two)
    await enforce(true)
    assertRefused(await finalize(), 'invalid_challenge_token', 'bad_request')
    assert.deepEqual((await madeIn(app)).slice(0, 3), [0, 0, 0])

    // One that is proven with a code to somebody's home address, too.
    await enforce(false)
    const userId = await user(w, app, { email: ANA })
    const home = { type: 'email_address', value: AT_HOME } as const
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, userId, home, true))
    const three = await asked(AT_HOME)
    const toHome = tokenOf(await send(three.token))
    await enforce(true)
    required(await checkWith(app, NEW, toHome, await sentCode(w, app, AT_HOME)))
    assert.equal((await rowsOf(w, app)).federated_identities?.length, 0)
  })
}
