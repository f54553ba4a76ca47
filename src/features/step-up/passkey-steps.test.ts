import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, login } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import type { AssertionLie, Authenticator, AuthenticatorKind } from '../../../test/house/authenticator.ts'
import { PASSKEYS } from '../../../test/house/passkey-calls.ts'
import {
  passkeyLogin,
  passkeyRow,
  rewritePasskey,
  signedIn,
  withPasskey,
  withPasskeys,
} from '../../../test/house/passkeys.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { connect } from '../../../test/house/saml-connections.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  bank,
  CHECK,
  checkCode,
  configOf,
  configureWith,
  continueByPasskey,
  continueWith,
  delegated,
  direct,
  doCodeStep,
  outside,
  refreshWith,
  requestScope,
  type Sdk,
  scopesOf,
  sendCode,
  step,
  termsOf,
} from '../../../test/house/step-up.ts'
import { PASSKEY_SCOPE } from '../../core/passkeys/registration.ts'

const PASSKEY = 'verify_passkey'
const DAY = 86_400_000
const ANA = 'ana@example.com'
const CONFIG = '/config/passkey'
const OTP_CONFIG = { config_type: 'otp', channel_type: 'email', is_default: true, granted_scopes: [] }
const pay = (...keys: readonly string[]) => direct('pay', { steps: keys.map((key, i) => step(key, i + 1)) })

for (const { engine, w, backend } of await stages(async (w) => ({ backend: await bank(w) }))) {
  type Change = Parameters<typeof withPasskeys>[1]

  /** Ana, and the authenticator with her passkey, where paying takes these steps. */
  async function story(
    keys: readonly string[] = [PASSKEY],
    { change, ...kind }: AuthenticatorKind & { change?: Change } = {},
  ) {
    const it = await withPasskeys(w, change)
    await configureWith(it.app, configOf([pay(...keys)], { jwks_url: backend.jwksUrl }))
    outside(w, backend)
    const client = await signedIn(it, { email: ANA })
    const one = await withPasskey(it, client, kind)
    return { it, app: it.app, client, one }
  }

  type Story = Awaited<ReturnType<typeof story>>

  /** Ask for the scope: the token, and what is asked of the authenticator. */
  async function asked({ app, client }: Pick<Story, 'app' | 'client'>, sdk: Sdk = 'web') {
    const { status, body } = await requestScope(app, client, 'pay', { sdk })
    assert.equal(status, 200, JSON.stringify(body))
    return { token: body.challenge_token as string, options: body.public_key_credential_request_options, body }
  }

  /** What a step is answered that an authenticator does from its beginning. */
  async function done(at: Pick<Story, 'app' | 'client'>, one: Authenticator, lie: AssertionLie = {}) {
    const { token, options } = await asked(at)
    return await continueByPasskey(at.app, at.client, token, one.assert(options, lie))
  }

  test(`${engine}: a passkey alone gets the scope, asked for and shown as each SDK does`, async () => {
    const at = await story()
    const { app, client, one } = at
    const { amr } = claimsOf(client.accessToken)
    for (const sdk of ['web', 'ios', 'android'] as const) {
      const { token, options, body } = await asked(at, sdk)
      assert.deepEqual(Object.keys(body).sort(), ['challenge_token', 'public_key_credential_request_options', 'status'])
      assert.equal(body.status, 'review')
      assert.equal(claimsOf(token).current_step, PASSKEY)
      const { challenge, ...rest } = options
      assert.match(challenge, /^[\w-]{43}$/)
      assert.deepEqual(rest, {
        rpId: 'app.example.com',
        timeout: 60_000,
        userVerification: 'required',
        allowCredentials: [{ id: one.id, type: 'public-key', transports: ['internal'] }],
      })
      const headers: Record<string, string> = sdk === 'android' ? {} : { authorization: `Bearer ${client.accessToken}` }
      const answer = await continueByPasskey(app, client, token, one.assert(options), headers)
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
      assert.deepEqual(Object.keys(answer.body), ['challenge_token'])
      assert.equal(claimsOf(answer.body.challenge_token).current_step, 'completed')
      assert.equal((await refreshWith(client, answer.body.challenge_token)).status, 200)
    }
    assert.ok(scopesOf(client).includes('pay'))
    assert.deepEqual(claimsOf(client.accessToken).amr, amr, 'it says how the session began, as after any step')
    assert.equal((await passkeyRow(at.it, client, one.id)).last_used_at, w.deps.now())
  })

  test(`${engine}: after a code, and after a step of the bank’s own, the answer says what to ask the authenticator`, async () => {
    const at = await story(['verify_email', 'approve', PASSKEY])
    const { app, client, one } = at
    const first = await asked(at)
    assert.equal(first.options, undefined)
    const second = await doCodeStep(w, app, client, first.token)
    const { body } = await continueWith(app, client, second, await backend.sign(second))
    assert.equal(claimsOf(body.challenge_token).current_step, PASSKEY)
    const answer = await continueByPasskey(
      app,
      client,
      body.challenge_token,
      one.assert(body.public_key_credential_request_options),
    )
    assert.equal(claimsOf(answer.body.challenge_token).current_step, 'completed')
    assert.equal((await refreshWith(client, answer.body.challenge_token)).status, 200)
    assert.deepEqual(scopesOf(client), ['pay'])
  })

  test(`${engine}: otp/check answers the options of the step that follows, the same when it is repeated`, async () => {
    const at = await story(['verify_email', PASSKEY])
    const { app, client, one } = at
    const { token } = await asked(at)
    const { code } = await sendCode(w, app, token)
    const checked = await checkCode(app, client, token, code)
    assert.deepEqual((await checkCode(app, client, token, code)).body, checked.body)
    const { challenge_token, public_key_credential_request_options: options } = checked.body
    const answer = await continueByPasskey(app, client, challenge_token, one.assert(options))
    assert.equal(claimsOf(answer.body.challenge_token).current_step, 'completed')
  })

  test(`${engine}: before a code it only opens the way to the code`, async () => {
    const at = await story([PASSKEY, 'verify_email'])
    const { app, client, one } = at
    const { token, options } = await asked(at)
    assertRefused(
      await app.call('/v1/session/otp', { body: { challenge_token: token } }),
      'step_not_found',
      'bad_request',
    )
    const { body } = await continueByPasskey(app, client, token, one.assert(options))
    assert.deepEqual(Object.keys(body), ['challenge_token'])
    assert.equal(claimsOf(body.challenge_token).current_step, 'verify_email')
    assert.equal((await client.post('/v1/session/refresh')).status, 200)
    assert.deepEqual(scopesOf(client), [], 'one step is none')
    const again = await continueByPasskey(app, client, body.challenge_token, one.assert(options))
    assertRefused(again, 'step_not_found', 'bad_request')
    const completed = await doCodeStep(w, app, client, body.challenge_token)
    assert.equal((await refreshWith(client, completed)).status, 200)
    assert.deepEqual(scopesOf(client), ['pay'])
  })

  test(`${engine}: what says it is a passkey step is done neither by a code nor by the bank’s word`, async () => {
    const at = await story()
    const { token } = await asked(at)
    const byBank = await continueWith(at.app, at.client, token, await backend.sign(token))
    assertRefused(byBank, 'step_not_found', 'bad_request')
    const byCode = await at.app.call(CHECK, { body: { challenge_token: token, code: '123456' } })
    assertRefused(byCode, 'step_not_found', 'bad_request')
  })

  test(`${engine}: 33 39 40 41 42 an answer does that step, by a passkey of that user, and no other`, async () => {
    const at = await story()
    const { it, app, client, one } = at
    const stranger = await signedIn(it, { email: 'bob@example.com' })
    const [theirs, mine] = [await withPasskey(it, stranger), await withPasskey(it, client)]
    const elsewhere = await story()
    const other = await asked(at)
    const userHandle = one.handle()
    const answers: Record<string, (options: Parameters<Authenticator['assert']>[0]) => object> = {
      'another user’s': (options) => theirs.assert(options),
      'another user’s, with this user’s handle': (options) => theirs.assert(options, { userHandle }),
      'another user’s, under this id': (options) => theirs.assert(options, { id: one.id, userHandle }),
      'another application’s': (options) => elsewhere.one.assert(options),
      'another of the user’s, under this id': (options) => mine.assert(options, { id: one.id }),
      'of another step': () => one.assert(other.options),
      'of a login': () => one.assert({ ...other.options, challenge: 'AAAA' }),
    }
    for (const [what, answerTo] of Object.entries(answers)) {
      const { token, options } = await asked(at)
      const answer = await continueByPasskey(app, client, token, answerTo(options))
      assert.equal(answer.body.code, 'invalid_verification_token', what)
      assertRefused(answer, 'invalid_verification_token', 'bad_request')
      assert.equal((await continueByPasskey(app, client, token, mine.assert(options))).status, 200, 'the step is open')
    }
    assert.equal((await passkeyLogin(it, one)).kind, 'proven')
  })

  test(`${engine}: 9 10 13 14 22 28 29 30 34 36 37 38 an answer is judged as at a login, whatever log in may`, async () => {
    const at = await story([PASSKEY], { change: { login_enabled: false } })
    const lies: Record<string, AssertionLie> = {
      'another origin': { origin: 'https://app.example.org' },
      'an origin with a slash': { origin: 'https://app.example.com/' },
      'another relying party': { rpId: 'example.com' },
      'nobody present': { flags: { up: false } },
      'nobody verified': { flags: { uv: false } },
      'a frame of another origin': { clientData: { crossOrigin: true } },
      'a bad signature': { signature: (bytes) => bytes.fill(1) },
      'an unknown id': { id: 'AAAAAAAAAAAAAAAAAAAAAA' },
      'another handle': { userHandle: Buffer.from('usr_other').toString('base64url') },
    }
    for (const [what, lie] of Object.entries(lies)) {
      const answer = await done(at, at.one, lie)
      assert.equal(answer.body.code, 'invalid_verification_token', what)
    }
    for (const lie of [{ userHandle: null }, { userHandle: '' }, { flags: { be: true } }])
      assert.equal((await done(at, at.one, lie)).status, 200)
    const company = await connect(w, at.app, {
      behavior: { email_domain_allowlist: ['example.com'], enforce_login: true },
    })
    assert.equal((await passkeyLogin(at.it, at.one)).kind, 'enforced')
    assert.equal((await done(at, at.one)).status, 200, 'whoever is logged in by their company may prove it is them')
    await company.remove()
  })

  test(`${engine}: 35 44 a copied key is told and opens nothing; another key does the same step`, async () => {
    const at = await story([PASSKEY], { counter: 10 })
    const { it, app, client, one } = at
    const usb = await withPasskey(it, client, { counter: 0 })
    assert.equal((await done(at, one)).status, 200)
    const { token, options } = await asked(at)
    for (const counter of [12, 11]) {
      const copy = await continueByPasskey(app, client, token, one.assert(options, { counter }))
      assertRefused(copy, 'passkey_authenticator_blocked', 'forbidden')
    }
    const told = await eventsOf(w, app, 'user.passkey.regressed')
    assert.deepEqual(
      told.map(({ presented_sign_count }) => presented_sign_count),
      [12, 11],
    )
    await client.post('/v1/session/refresh')
    assert.deepEqual(scopesOf(client), ['pay'], 'by the first step-up')
    assert.equal((await continueByPasskey(app, client, token, usb.assert(options))).status, 200)
    const synced = await withPasskey(it, client, { counter: 10, flags: { be: true } })
    assert.equal((await done(at, synced, { counter: 3 })).status, 200)
  })

  test(`${engine}: a blocked passkey opens nothing, not even what it has opened before`, async () => {
    const at = await story()
    const { it, app, client, one } = at
    await withPasskey(it, client)
    const [before, after] = [await asked(at), await asked(at)]
    const answer = one.assert(before.options)
    assert.equal((await continueByPasskey(app, client, before.token, answer)).status, 200)
    await rewritePasskey(it, one.id, { blocked_at: 1 })
    for (const [token, assertion] of [
      [before.token, answer],
      [after.token, one.assert(after.options)],
    ] as const)
      assertRefused(
        await continueByPasskey(app, client, token, assertion),
        'passkey_authenticator_blocked',
        'forbidden',
      )
    const { allowCredentials } = (await asked(at)).options
    assert.ok(!allowCredentials.some(({ id }: { id: string }) => id === one.id), 'nobody is asked for it')
  })

  test(`${engine}: 43 who has no passkey that could do the step is told so before a code leaves`, async () => {
    const at = await story(['verify_email', PASSKEY])
    const { it, app, client, one } = at
    const refused = async () =>
      assertRefused(await requestScope(app, client, 'pay'), 'passkey_step_unavailable', 'forbidden')
    for (const change of [{ blocked_at: 1 }, { rp_id: 'example.com' }]) {
      await rewritePasskey(it, one.id, change)
      await refused()
      await rewritePasskey(it, one.id, { blocked_at: null, rp_id: 'app.example.com' })
    }
    assert.equal((await requestScope(app, client, 'pay')).status, 200)
    assertNoContent(await client.bearer(`${PASSKEYS}/${one.id}`, { method: 'DELETE' }))
    await refused()
  })

  test(`${engine}: a passkey that is deleted meanwhile does no step`, async () => {
    const at = await story(['verify_email', PASSKEY])
    const { it, app, client, one } = at
    const remove = async (id: string) => assertNoContent(await client.bearer(`${PASSKEYS}/${id}`, { method: 'DELETE' }))
    const { token } = await asked(at)
    const { code } = await sendCode(w, app, token)
    const { body } = await checkCode(app, client, token, code)
    const { challenge_token: second, public_key_credential_request_options: options } = body
    const other = await withPasskey(it, client)
    await remove(one.id)
    const gone = await continueByPasskey(app, client, second, one.assert(options))
    assertRefused(gone, 'invalid_verification_token', 'bad_request')
    assert.equal((await continueByPasskey(app, client, second, other.assert(options))).status, 200)

    const last = await asked(at)
    const codeOfLast = (await sendCode(w, app, last.token)).code
    await remove(other.id)
    const checked = await checkCode(app, client, last.token, codeOfLast)
    assert.deepEqual(Object.keys(checked.body), ['challenge_token'], 'there is nothing to ask for')
    const none = await continueByPasskey(app, client, checked.body.challenge_token, other.assert(options))
    assertRefused(none, 'passkey_step_unavailable', 'forbidden')
  })

  test(`${engine}: a step is judged by the configuration as it is when the answer comes`, async () => {
    const at = await story([PASSKEY], { change: { user_verification: 'discouraged' } })
    const { app, client, one } = at
    const touch = { flags: { uv: false } }
    assert.equal((await done(at, one, touch)).status, 200)
    const { token, options } = await asked(at)
    const put = async (change: object) => {
      const body = {
        rp_id: 'app.example.com',
        rp_name: 'Example',
        allowed_origins: ['https://app.example.com'],
        ...change,
      }
      assert.equal((await app.manage(CONFIG, { method: 'PUT', body })).status, 200)
    }
    await put({ user_verification: 'required' })
    const silent = await continueByPasskey(app, client, token, one.assert(options, touch))
    assertRefused(silent, 'invalid_verification_token', 'bad_request')
    await put({ rp_id: 'example.com' })
    const orphan = await continueByPasskey(app, client, token, one.assert(options))
    assertRefused(orphan, 'passkey_step_unavailable', 'forbidden')
    assertNoContent(await app.manage(CONFIG, { method: 'DELETE' }))
    const unconfigured = await continueByPasskey(app, client, token, one.assert(options))
    assertRefused(unconfigured, 'passkey_not_configured', 'bad_request')
    assertRefused(await requestScope(app, client, 'pay'), 'passkey_not_configured', 'bad_request')
    await put({})
    assert.equal((await continueByPasskey(app, client, token, one.assert(options))).status, 200)
  })

  test(`${engine}: five wrong answers end a step, and no other`, async () => {
    const at = await story([PASSKEY], { counter: 10 })
    const { app, client, one } = at
    const [spent, open] = [await asked(at), await asked(at)]
    for (const lie of [{ rpId: 'x' }, { counter: 1 }, { id: 'AAAA' }, { counter: 2 }, { flags: { uv: false } }])
      assert.notEqual((await continueByPasskey(app, client, spent.token, one.assert(spent.options, lie))).status, 200)
    for (const lie of [{}, { counter: 3 }]) {
      const late = await continueByPasskey(app, client, spent.token, one.assert(spent.options, lie))
      assertRefused(late, 'invalid_verification_token', 'bad_request')
    }
    assert.equal((await eventsOf(w, app, 'user.passkey.regressed')).length, 2)
    assert.equal((await continueByPasskey(app, client, open.token, one.assert(open.options))).status, 200)
  })

  test(`${engine}: a lost answer is given again for a minute, and is no copied key; then the token is used up`, async () => {
    const at = await story([PASSKEY, 'verify_email'], { counter: 10 })
    const { app, client, one } = at
    const { token, options } = await asked(at)
    const [assertion, later] = [one.assert(options), one.assert(options)]
    const send = (by: object) => continueByPasskey(app, client, token, by, {})
    const first = await send(later)
    assert.equal(first.status, 200)
    w.advance(59_999)
    for (const by of [later, assertion]) assert.deepEqual((await send(by)).body, first.body)
    w.advance(1)
    for (const by of [later, assertion]) assertRefused(await send(by), 'token_reused', 'conflict')
    assert.deepEqual(await eventsOf(w, app, 'user.passkey.regressed'), [])
    assertRefused(await send(one.assert(options, { rpId: 'x' })), 'invalid_verification_token', 'bad_request')
  })

  test(`${engine}: two tabs step up beside each other, each by its own challenge`, async () => {
    const at = await story([PASSKEY], { counter: 10 })
    const { app, client, one } = at
    const tabs = [await asked(at), await asked(at)]
    assert.notEqual(tabs[0]?.options.challenge, tabs[1]?.options.challenge)
    for (const { token, options } of tabs)
      assert.equal((await continueByPasskey(app, client, token, one.assert(options))).status, 200)
  })

  test(`${engine}: it is that session’s, and as long as its time`, async () => {
    const at = await story()
    const { app, client, one } = at
    const { token, options } = await asked(at)
    const assertion = one.assert(options)
    const elsewhere = await login(w, app, client.userId)
    const theirs = await continueByPasskey(app, elsewhere, token, assertion)
    assertRefused(theirs, 'dpop_key_mismatch', 'unauthorized')
    const bare = await continueByPasskey(app, { ...client, key: undefined }, token, assertion)
    assertRefused(bare, 'missing_dpop_proof', 'unauthorized')
    w.advance(Number(claimsOf(token).exp) * 1000 - w.deps.now() - 1)
    await client.post('/v1/session/refresh')
    const late = await asked(at)
    const lateAnswer = one.assert(late.options)
    assert.equal((await continueByPasskey(app, client, token, assertion, {})).status, 200)
    w.advance(1)
    assertRefused(await continueByPasskey(app, client, token, assertion, {}), 'expired_challenge_token', 'bad_request')
    assertNoContent(await client.post('/v1/session/revoke'))
    const ended = await continueByPasskey(app, client, late.token, lateAnswer, {})
    assertRefused(ended, 'unauthorized', 'unauthorized')
    assert.equal((await passkeyRow(at.it, client, one.id)).last_used_at, w.deps.now() - 1, 'nothing is noted of it')
  })

  test(`${engine}: a session without a key needs its own bearer beside the answer`, async () => {
    const at = await story()
    const client = await login(w, at.app, at.client.userId, 'cookie')
    const { token, options } = await asked({ ...at, client })
    const assertion = at.one.assert(options)
    assertRefused(await continueByPasskey(at.app, client, token, assertion, {}), 'unauthorized', 'unauthorized')
    assert.equal((await continueByPasskey(at.app, client, token, assertion)).status, 200)
  })

  test(`${engine}: what would be granted at once takes a passkey on a phone from who has one, else a code`, async () => {
    const it = await withPasskeys(w)
    const scope = direct('pay', { status: 'continue', steps: [step(PASSKEY)] })
    await configureWith(it.app, configOf([scope]))
    assert.equal((await it.app.manage('/config/login/otp', { body: OTP_CONFIG })).status, 201)
    const client = await signedIn(it, { email: ANA })
    const stepOf = async () => claimsOf((await asked({ app: it.app, client }, 'android')).token).current_step
    assert.equal(await stepOf(), 'verify_email')
    await withPasskey(it, client)
    assert.equal(await stepOf(), PASSKEY)
  })

  test(`${engine}: where the account itself is at stake, a passkey that was just made proves nothing beside an older proof`, async () => {
    const it = await withPasskeys(w)
    const { app } = it
    const scope = 'prld:identifiers:write'
    await configureWith(app, configOf([direct(scope, { steps: [step(PASSKEY)] })]))
    const client = await signedIn(it, { email: ANA })
    const old = await withPasskey(it, client)
    const request = () => requestScope(app, client, scope)
    assertRefused(await request(), 'passkey_step_unavailable', 'forbidden')
    w.advance(DAY)
    await client.post('/v1/session/refresh')
    const young = await withPasskey(it, client)
    const { challenge_token, public_key_credential_request_options: options } = (await request()).body
    assert.deepEqual(
      options.allowCredentials.map(({ id }: { id: string }) => id),
      [old.id],
    )
    const byYoung = await continueByPasskey(app, client, challenge_token, young.assert(options))
    assertRefused(byYoung, 'invalid_verification_token', 'bad_request')
    assert.equal((await continueByPasskey(app, client, challenge_token, old.assert(options))).status, 200)
    await client.post('/v1/session/refresh')
    assert.deepEqual(
      scopesOf(client).filter((one) => one !== PASSKEY_SCOPE),
      [scope],
    )
  })

  test(`${engine}: a hook may ask for a passkey, too; who has none is told so, and the hook has not failed`, async () => {
    const it = await withPasskeys(w)
    await configureWith(it.app, configOf([delegated('pay')]))
    outside(w, { hook: () => ({ body: termsOf({ steps: [step(PASSKEY)] }) }) })
    const client = await signedIn(it, { email: ANA })
    assertRefused(await requestScope(it.app, client, 'pay'), 'passkey_step_unavailable', 'forbidden')
    assert.deepEqual(await eventsOf(w, it.app, 'step_up.hook_failed'), [])
    const one = await withPasskey(it, client)
    assert.equal((await done({ app: it.app, client }, one)).status, 200)
  })
}
