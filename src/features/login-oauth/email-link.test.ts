import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  claimsOf,
  dpopKey,
  FINALIZE,
  login,
  pkce,
  REFRESH,
  sentCode,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { carrying, checkWith, NEW, tokenOf, WEB, wrongCode } from '../../../test/house/codes.ts'
import { holderOf } from '../../../test/house/federation.ts'
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
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { endSessions } from '../../core/sessions/end.ts'

const ANA = 'ana@example.com'
const VERIFYING = { options: { use_email_as_identifier: true, verify_email: true } }
const BOTH = { options: { ...VERIFYING.options, allow_email_account_merge: true } }

for (const { engine, w } of await stages()) {
  /** As far as the token with which the code is asked for. */
  async function asked(app: TestApp, played: Played) {
    const { gone, verifier } = await through(app, played)
    const { challenge_token: token = '', ...rest } = gone
    assert.deepEqual(rest, { status: 'otp_required' }, JSON.stringify([gone, w.log.at(-1)]))
    return { token, verifier }
  }
  const sendCode = (app: TestApp, token: string) => app.call(NEW.start, { body: { challenge_token: token } })
  const facebook = async (change: object = VERIFYING) => await withProvider(w, 'facebook', change)

  test(`${engine}: an address that the provider has not verified is proven by a code, and then it is the user’s`, async () => {
    const { app, played } = await facebook()
    const { token, verifier } = await asked(app, played)
    const claims = claimsOf(token)
    assert.deepEqual([claims.grant_mode, claims.metadata], ['oauth-email-link', { oauth_email: ANA }])
    assert.deepEqual((await app.manage('/users')).body.users, [])
    const sent = await sendCode(app, token)
    assert.equal(sent.status, 204, JSON.stringify(sent.body))
    const checked = await checkWith(app, NEW, tokenOf(sent), await sentCode(w, app, ANA))
    assert.equal(checked.status, 200, JSON.stringify(checked.body))
    const session = await finalizeWith(app, await dpopKey(w), checked.body.challenge_token, { verifier })
    assert.equal(session.status, 200, JSON.stringify(session.body))
    const { sub, amr } = claimsOf(session.body.access_token)
    assert.deepEqual(amr, ['fed', 'otp'])
    assert.equal(await holderOf(w, app, 'facebook', '108'), sub)
    const { identifiers } = (await app.manage(`/users/${sub}`)).body.user
    assert.deepEqual(
      identifiers.map(({ value }: { value: string }) => value),
      [ANA],
    )
    const again = await through(app, played)
    assert.equal(claimsOf(again.gone.challenge_token ?? '').sub, sub)
  })

  test(`${engine}: mobile SDKs, which return by a scheme of their own, finalize it without the verifier; a wrong one is refused all the same`, async () => {
    const uri = 'myapp://oauth-callback'
    const { app, played } = await withProvider(w, 'facebook', BOTH, [uri])
    const run = async () => {
      const begun = await begin(app, 'facebook', { redirect_uri: uri })
      const gone = returned(await comeBack(app, 'facebook', played.consent(begun.url)), uri)
      const sent = await sendCode(app, gone.challenge_token ?? '')
      const body = { code: await sentCode(w, app, ANA), challenge_token: gone.challenge_token }
      const checked = await app.call(NEW.check, { body, headers: carrying(tokenOf(sent)) })
      return checked.body.challenge_token
    }
    const token = await run()
    const key = await dpopKey(w)
    const wrong = { challenge_token: token, code_verifier: 'a'.repeat(43) }
    assertRefused(await postProven(app, FINALIZE, key, { body: wrong }), 'bad_request', 'bad_request')
    assert.equal(await holderOf(w, app, 'facebook', '108'), undefined)
    assert.equal((await finalizeWith(app, key, await run())).status, 200)
    assert.ok(await holderOf(w, app, 'facebook', '108'))
  })

  test(`${engine}: an account that somebody else brought into a victim’s page is linked to nobody, whatever code the victim enters`, async () => {
    const { app, played } = await facebook(BOTH)
    const victim = await user(w, app, { email: ANA })
    // The attacker logs in at the provider by an account that names the victim's address, and has the victim open the link.
    const { token } = await asked(app, played)
    const sent = await sendCode(app, token)
    const checked = await checkWith(app, NEW, tokenOf(sent), await sentCode(w, app, ANA))
    assert.equal(checked.status, 200)
    assert.equal(await holderOf(w, app, 'facebook', '108'), undefined)
    const key = await dpopKey(w)
    const { challenge_token } = checked.body
    assertRefused(await finalizeWith(app, key, challenge_token), 'bad_request', 'bad_request')
    const { verifier } = pkce()
    assertRefused(await finalizeWith(app, key, challenge_token, { verifier }), 'bad_request', 'bad_request')
    assert.equal(await holderOf(w, app, 'facebook', '108'), undefined)
    assert.deepEqual((await app.manage(`/users/${victim}/federated_identities`)).body.federated_identities, [])
  })

  test(`${engine}: what changed between the code and the end of the login is asked again`, async () => {
    const { app, played } = await facebook()
    const proven = async () => {
      const { token, verifier } = await asked(app, played)
      const sent = await sendCode(app, token)
      const checked = await checkWith(app, NEW, tokenOf(sent), await sentCode(w, app, ANA))
      return { token: checked.body.challenge_token as string, verifier }
    }
    const one = await proven()
    const owner = await user(w, app, { email: ANA })
    const taken = await finalizeWith(app, await dpopKey(w), one.token, { verifier: one.verifier })
    assertRefused(taken, 'invalid_challenge_token', 'bad_request')
    await app.manage(`/users/${owner}`, { method: 'DELETE' })
    const two = await proven()
    const off = configOf('facebook', { ...VERIFYING, enabled: false })
    await app.manage(`${CONFIG}/facebook`, { method: 'PUT', body: off })
    const disabled = await finalizeWith(app, await dpopKey(w), two.token, { verifier: two.verifier })
    assertRefused(disabled, 'invalid_challenge_token', 'bad_request')
    assert.deepEqual((await app.manage('/users')).body.users, [])
  })

  /** As far as the token that finalize takes, of a login that returns to `uri`. */
  async function proven(app: TestApp, played: Played, uri = REDIRECT_URI) {
    const begun = await begin(app, 'facebook', { redirect_uri: uri })
    const gone = returned(await comeBack(app, 'facebook', played.consent(begun.url)), uri)
    const sent = await sendCode(app, gone.challenge_token ?? '')
    const checked = await checkWith(app, NEW, tokenOf(sent), await sentCode(w, app, ANA))
    w.advance(1_000)
    return { token: checked.body.challenge_token as string, verifier: begun.verifier }
  }
  const linkedOf = async (app: TestApp, userId: string) =>
    (await app.manage(`/users/${userId}/federated_identities`)).body.federated_identities

  test(`${engine}: a page does not do without the verifier, though the attacker had the login return to an app’s own scheme`, async () => {
    const uri = 'myapp://oauth-callback'
    const { app, played } = await withProvider(w, 'facebook', BOTH, [REDIRECT_URI, uri])
    const victim = await user(w, app, { email: ANA })
    const { token, verifier } = await proven(app, played, uri)
    const key = await dpopKey(w)
    for (const headers of [{ origin: app.origin }, { origin: 'null' }, { 'sec-fetch-mode': 'cors' }])
      assertRefused(await finalizeWith(app, key, token, { headers: headers as never }), 'bad_request', 'bad_request')
    assert.deepEqual(await linkedOf(app, victim), [])
    const headers = { origin: app.origin }
    assert.equal((await finalizeWith(app, key, token, { verifier, headers })).status, 200)
    assert.equal((await linkedOf(app, victim)).length, 1)
  })

  test(`${engine}: a token that was used or burnt links nothing, and makes nobody`, async () => {
    const { app, played } = await facebook(BOTH)
    const victim = await user(w, app, { email: ANA })
    const key = await dpopKey(w)
    const burnt = await proven(app, played)
    const wrong = await finalizeWith(app, key, burnt.token, { verifier: pkce().verifier })
    assertRefused(wrong, 'bad_request', 'bad_request')
    assertRefused(await finalizeWith(app, key, burnt.token, burnt), 'token_reused', 'conflict')
    assert.deepEqual(await linkedOf(app, victim), [])
    const used = await proven(app, played)
    const first = await finalizeWith(app, key, used.token, used)
    assert.equal(claimsOf(first.body.access_token).sub, victim)
    const again = await finalizeWith(app, key, used.token, used)
    assert.equal(claimsOf(again.body.access_token).sid, claimsOf(first.body.access_token).sid)
    const [{ id }] = await linkedOf(app, victim)
    await app.manage(`/users/${victim}/federated_identities/${id}`, { method: 'DELETE' })
    w.advance(60_000)
    assertRefused(await finalizeWith(app, key, used.token, used), 'token_reused', 'conflict')
    assert.deepEqual(await linkedOf(app, victim), [])
    await app.manage(`/users/${victim}`, { method: 'DELETE' })
    assertRefused(await finalizeWith(app, key, used.token, used), 'token_reused', 'conflict')
    assert.deepEqual((await app.manage('/users')).body.users, [])
  })

  test(`${engine}: whoever signed up with the address and proves it by this login is logged in at once; a squatter no more`, async () => {
    const { app, played } = await facebook()
    const owner = await user(w, app)
    const identifier = { type: 'email_address', value: ANA } as const
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, owner, identifier, false))
    const squatter = await login(w, app, owner)
    const own = await proven(app, played)
    const session = await finalizeWith(app, await dpopKey(w), own.token, own)
    assert.equal(session.status, 200, JSON.stringify(session.body))
    assert.equal(claimsOf(session.body.access_token).sub, owner)
    assert.equal((await linkedOf(app, owner)).length, 1)
    assert.equal((await squatter.post(REFRESH)).status, 401)
  })

  test(`${engine}: whose sessions were all ended after the code is not logged in by it, and nothing is linked`, async () => {
    const { app, played } = await facebook(BOTH)
    const owner = await user(w, app, { email: ANA })
    const late = await proven(app, played)
    w.advance(1_000)
    await w.deps.transact((tx) => endSessions(tx, w.deps, app.id, { userId: owner }, 'revoked'))
    const refused = await finalizeWith(app, await dpopKey(w), late.token, late)
    assertRefused(refused, 'invalid_challenge_token', 'bad_request')
    assert.deepEqual(await linkedOf(app, owner), [])
    // A token remembers its time to the second.
    w.advance(1_000)
    const next = await proven(app, played)
    assert.equal((await finalizeWith(app, await dpopKey(w), next.token, next)).status, 200)
  })

  test(`${engine}: 78 the code of one account proves nothing for another`, async () => {
    const { app, played } = await facebook()
    const mine = await asked(app, played)
    played.me = { id: '666', email: ANA }
    const theirs = await asked(app, played)
    const sentMine = await sendCode(app, mine.token)
    const code = await sentCode(w, app, ANA)
    w.advance(1_000)
    const sentTheirs = await sendCode(app, theirs.token)
    const other = await sentCode(w, app, ANA)
    if (code !== other)
      assertRefused(await checkWith(app, NEW, tokenOf(sentTheirs), code), 'bad_check_code', 'unauthorized')
    const crossed = { code, challenge_token: theirs.token }
    if (code !== other)
      assertRefused(
        await app.call(NEW.check, { body: crossed, headers: carrying(tokenOf(sentMine)) }),
        'bad_check_code',
        'unauthorized',
      )
    const checked = await checkWith(app, NEW, tokenOf(sentMine), code)
    const { verifier } = mine
    assert.equal((await finalizeWith(app, await dpopKey(w), checked.body.challenge_token, { verifier })).status, 200)
    assert.ok(await holderOf(w, app, 'facebook', '108'))
    assert.equal(await holderOf(w, app, 'facebook', '666'), undefined)
  })

  test(`${engine}: who has the address is asked after the code: before, nobody learns it`, async () => {
    const { app, played } = await facebook()
    await user(w, app, { email: ANA })
    const { token } = await asked(app, played)
    const sent = await sendCode(app, token)
    assert.equal(sent.status, 204)
    const code = await sentCode(w, app, ANA)
    assertRefused(await checkWith(app, NEW, tokenOf(sent), wrongCode(code)), 'bad_check_code', 'unauthorized')
    assertRefused(await checkWith(app, NEW, tokenOf(sent), code), 'identifier_already_exists', 'conflict')
    assert.equal(await holderOf(w, app, 'facebook', '108'), undefined)
  })

  test(`${engine}: where accounts merge, whoever proves the address links the account to its user`, async () => {
    const { app, played } = await facebook(BOTH)
    const owner = await user(w, app, { email: ANA })
    const { token, verifier } = await asked(app, played)
    const sent = await sendCode(app, token)
    const checked = await checkWith(app, NEW, tokenOf(sent), await sentCode(w, app, ANA))
    const session = await finalizeWith(app, await dpopKey(w), checked.body.challenge_token, { verifier })
    assert.equal(claimsOf(session.body.access_token).sub, owner)
    assert.equal(await holderOf(w, app, 'facebook', '108'), owner)
  })

  test(`${engine}: the token is no login by itself, nor any step-up, and its code is good once`, async () => {
    const { app, played } = await facebook()
    const { token, verifier } = await asked(app, played)
    const key = await dpopKey(w)
    assertRefused(await finalizeWith(app, key, token, { verifier }), 'invalid_challenge_token', 'bad_request')
    const sent = await sendCode(app, token)
    const code = await sentCode(w, app, ANA)
    const web = await app.call(WEB.check, { body: { code }, headers: carrying(tokenOf(sent)) })
    assert.equal(web.status, 401, JSON.stringify(web.body))
    assert.equal((await checkWith(app, NEW, tokenOf(sent), code)).status, 200)
    assertRefused(await checkWith(app, NEW, tokenOf(sent), code), 'token_reused', 'conflict')
    assertRefused(await sendCode(app, token), 'token_reused', 'conflict')
  })

  test(`${engine}: the token asks for codes for ten minutes, and another application sends none for it`, async () => {
    const { app, played } = await facebook()
    const { token } = await asked(app, played)
    const other = await withProvider(w, 'facebook', VERIFYING)
    assertRefused(await sendCode(other.app, token), 'invalid_challenge_token', 'bad_request')
    w.advance(599_000)
    assert.equal((await sendCode(app, token)).status, 204)
    w.advance(1_000)
    assertRefused(await sendCode(app, token), 'expired_challenge_token', 'bad_request')
  })

  test(`${engine}: whoever asks for too many codes has to wait, as for any other`, async () => {
    const { app, played } = await facebook()
    await app.manage('/settings', { method: 'PATCH', body: { settings: { otp: { starts_per_identifier: 2 } } } })
    const { token } = await asked(app, played)
    for (let i = 0; i < 2; i++) assert.equal((await sendCode(app, token)).status, 204)
    assertRefused(await sendCode(app, token), 'rate_limited', 'rate_limited')
  })

  test(`${engine}: a provider that is switched off meanwhile gets no account by a code`, async () => {
    const { app, played } = await facebook()
    const { token } = await asked(app, played)
    const sent = await sendCode(app, token)
    const code = await sentCode(w, app, ANA)
    const off = configOf('facebook', { ...VERIFYING, enabled: false })
    await app.manage(`${CONFIG}/facebook`, { method: 'PUT', body: off })
    assertRefused(await checkWith(app, NEW, tokenOf(sent), code), 'bad_check_code', 'unauthorized')
    assert.equal(await holderOf(w, app, 'facebook', '108'), undefined)
  })

  test(`${engine}: an account that somebody has already needs no code`, async () => {
    const { app, played } = await facebook({})
    const first = await through(app, played)
    await app.manage(`${CONFIG}/facebook`, { method: 'PUT', body: configOf('facebook', VERIFYING) })
    const second = await through(app, played)
    assert.equal(claimsOf(second.gone.challenge_token ?? '').sub, claimsOf(first.gone.challenge_token ?? '').sub)
  })
}
