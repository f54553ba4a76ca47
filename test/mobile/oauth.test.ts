import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TestApp, user } from '../builders.ts'
import { answered, comeBack, type Played, PROVIDER_NAMES, withProvider } from '../house/oauth.ts'
import { type OAuthAttempt, RETURN_URI } from './oauth.ts'
import { assertFails, codeFor, install, otherThan, scenes } from './stage.ts'

const ANA = 'ana@example.com'
const VERIFYING = { options: { use_email_as_identifier: true, verify_email: true } }
const BEGINS =
  /^\{"redirect_uri":"myapp:\/\/oauth-callback","code_challenge":"[\w-]{43}","code_challenge_method":"S256"/

/** The browser tab that the app has opened: through the provider's page, and back to the app by its scheme. */
async function browse(app: TestApp, played: Played, { authorizationUrl }: OAuthAttempt): Promise<string> {
  const answer = await comeBack(app, played.name, played.consent(authorizationUrl))
  const location = answer.headers.get('location') ?? ''
  assert.ok(answer.status === 303 && location.startsWith(`${RETURN_URI}?`), JSON.stringify([answer.status, location]))
  return location
}

for (const scene of await scenes()) {
  const { on, w } = scene
  const stage = (provider: string, change: object = {}) => withProvider(w, provider, change, [RETURN_URI])

  for (const provider of PROVIDER_NAMES) {
    test(`${on}: ${provider}: through the browser and back by the app's own scheme, twice the same user`, async () => {
      const { app, played } = await stage(provider)
      const subs = new Set<string>()
      for (const signals of [false, true]) {
        const phone = install(scene, app, { signals })
        const attempt = await phone.initiateOAuthLogin(provider)
        assert.match(phone.exchanges[0]?.body ?? '', BEGINS)
        assert.equal(await phone.finalizeOAuthLogin(await browse(app, played, attempt), attempt), undefined)
        subs.add(phone.profile().sub)
        const path = `POST /login/oauth/${provider}/authorize 200`
        assert.deepEqual(phone.told(), [path, 'POST /login/finalize 200'])
        await phone.forceRefresh()
        assert.equal((await phone.listSessions()).total, subs.size === 1 && signals ? 2 : 1)
      }
      assert.equal(subs.size, 1)
    })
  }

  test(`${on}: an address that the provider has not verified is proven by a code, and the verifier is not sent any more`, async () => {
    const { app, played } = await stage('facebook', VERIFYING)
    const phone = install(scene, app)
    const attempt = await phone.initiateOAuthLogin('facebook')
    const link = await phone.finalizeOAuthLogin(await browse(app, played, attempt), attempt)
    assert.ok(link)
    assert.equal(link.address, ANA)
    const code = await codeFor(w, app, ANA)
    await assertFails(phone.checkOAuthEmailOTP(link, otherThan(code)), 'InvalidOTPCode', 'bad_check_code')
    phone.jar.clear()
    await phone.checkOAuthEmailOTP(link, code)
    const finalized = phone.exchanges.at(-1)
    assert.deepEqual(Object.keys(JSON.parse(finalized?.body ?? '{}')), ['challenge_token'])
    assert.deepEqual(phone.told(), [
      'POST /login/oauth/facebook/authorize 200',
      'POST /otp 204',
      'POST /otp/check 401',
      'POST /otp/check 200',
      'POST /login/finalize 200',
    ])
    assert.deepEqual(await phone.listIdentifiers(), [{ type: 'email_address', value: ANA }])
    await assertFails(phone.checkOAuthEmailOTP(link, code), 'TokenReused', 'token_reused')

    const other = install(scene, app)
    const again = await other.initiateOAuthLogin('facebook')
    assert.equal(await other.finalizeOAuthLogin(await browse(app, played, again), again), undefined)
    assert.equal(other.profile().sub, phone.profile().sub)
  })

  test(`${on}: what comes back is reported by the SDK's own names, and an error wins over a token`, async () => {
    const { app, played } = await stage('google')
    const phone = install(scene, app)
    const attempt = await phone.initiateOAuthLogin('google')
    const back = (parameters: Record<string, string>) =>
      phone.finalizeOAuthLogin(`${RETURN_URI}?${new URLSearchParams(parameters)}`, attempt)
    await assertFails(back({}), 'MissingChallengeToken', 'missing_challenge_token')
    await assertFails(back({ challenge_token: 'opaque' }), 'InvalidChallengeToken', 'invalid_challenge_token')
    const both = { error: 'server_error', challenge_token: 'a.b.c' }
    await assertFails(back(both), 'InternalServerError', 'server_error')

    const { state = '' } = played.consent(attempt.authorizationUrl)
    const denied = await comeBack(app, 'google', { state, error: 'access_denied' })
    const denial = phone.finalizeOAuthLogin(denied.headers.get('location') ?? '', attempt)
    const error = await assertFails(denial, scene.platform.unknownReturnCase, 'access_denied')
    assert.equal(error.message, 'The login was cancelled, or is not allowed.')
  })

  test(`${on}: an address that another user has is a conflict, and a provider that fails is a server's error`, async () => {
    const { app, played } = await stage('google')
    await user(w, app, { email: ANA })
    const phone = install(scene, app)
    const first = await phone.initiateOAuthLogin('google')
    const taken = await browse(app, played, first)
    await assertFails(phone.finalizeOAuthLogin(taken, first), 'Conflict', 'email_already_in_use')
    const second = await phone.initiateOAuthLogin('google')
    played.token = answered(400, { error: 'invalid_grant' })
    const failed = await browse(app, played, second)
    await assertFails(phone.finalizeOAuthLogin(failed, second), 'InternalServerError', 'server_error')
    assert.equal(phone.device.access, undefined)
  })

  test(`${on}: what another phone's browser brought back logs nobody in, here or there`, async () => {
    const { app, played } = await stage('google')
    const [mine, theirs] = [install(scene, app), install(scene, app)]
    const attempt = await mine.initiateOAuthLogin('google')
    const foreign = await theirs.initiateOAuthLogin('google')
    const url = await browse(app, played, foreign)
    await assertFails(mine.finalizeOAuthLogin(url, attempt), 'BadRequest', 'bad_request')
    await assertFails(theirs.finalizeOAuthLogin(url, foreign), 'TokenReused', 'token_reused')
  })

  test(`${on}: why a login cannot begin is told before the browser opens`, async () => {
    const { app, played } = await stage('google')
    const phone = install(scene, app)
    await assertFails(phone.initiateOAuthLogin('github'), 'BadRequest', 'oauth_provider_not_configured')
    for (const uri of ['myapp:/oauth-callback', 'myapp://oauth-callback/', 'other://oauth-callback'])
      await assertFails(phone.initiateOAuthLogin('google', uri), 'BadRequest', 'invalid_redirect_uri')
    const few = { settings: { login_oauth: { starts_per_ip: 1 } } }
    assert.equal((await app.manage('/settings', { method: 'PATCH', body: few })).status, 200)
    const attempt = await phone.initiateOAuthLogin('google')
    await assertFails(phone.initiateOAuthLogin('google'), 'RateLimited', 'rate_limited')
    await phone.finalizeOAuthLogin(await browse(app, played, attempt), attempt)
    const off = await stage('google', { enabled: false })
    const other = install(scene, off.app)
    await assertFails(other.initiateOAuthLogin('google'), 'BadRequest', 'oauth_provider_disabled')
  })
}
