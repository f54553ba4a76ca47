import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { GrantTables } from '../../src/core/grants/tables.ts'
import { listSessions } from '../../src/core/sessions/store.ts'
import type { FastifyInstance } from '../../src/platform/http.ts'
import { REFRESH, user } from '../builders.ts'
import { PASSWORD, PASSWORD_CONFIG, passwordConfig } from '../house/passwords.ts'
import { approval, EMAIL, scopeOf, signedIn, toldOnce } from './bank.ts'
import { codeCount, codeFor, configure, openCodeStage, stagedApp, storedSession } from './stage.ts'
import { lines, loseAnswers, newContext, openTab } from './tab.ts'

const CHECK = '/v1/session/login/otp/check'
const LOST = 'TypeError: Failed to fetch'
const identifier = { type: 'email_address', value: EMAIL } as const

/** Cuts the connection in place of the next `cuts` answers to `path`: not even their headers arrive. */
function cutLine(path: string) {
  const line = {
    cuts: 0,
    /** Made so far, cut or not. */
    answers: 0,
    prepare(server: FastifyInstance) {
      server.addHook('onSend', async ({ url, raw }) => {
        if (url !== path) return
        line.answers++
        if (line.cuts-- > 0) raw.socket.destroy()
      })
    },
  }
  return line
}

async function loggedOut(t: TestContext, prepare: (server: FastifyInstance) => void = () => {}) {
  const w = await openCodeStage('sqlite', { prepare })
  const app = await stagedApp(w)
  const userId = await user(w, app, { email: EMAIL })
  const tab = await openTab(await newContext(t), app.origin, app.host)
  const sessionCount = async () => (await listSessions(w.deps.db, app.id, userId, w.deps.now())).length
  return { w, app, tab, sessionCount }
}

/** A bank's user who has asked for a scope. */
async function steppingUp(t: TestContext, scope: string) {
  const { w, app, tab } = await signedIn(t, 'sqlite')
  await tab.sdk('requestStepUp', { scope })
  const info = await toldOnce(tab)
  return { w, app, tab, info, challengeId: info.challengeId }
}

test('a start whose answer is lost is repeated: the code that was sent last is good', async (t) => {
  const { w, app, tab, sessionCount } = await loggedOut(t)
  await loseAnswers(tab, '/login/otp', 2)
  await tab.sdk('startOTPLogin', { identifier })
  assert.deepEqual(await lines(tab), ['POST /login/otp failed', 'POST /login/otp failed', 'POST /login/otp 204'])
  assert.equal(await codeCount(w, app, EMAIL), 3)
  await tab.sdk('checkOTP', await codeFor(w, app, EMAIL))
  assert.equal(await sessionCount(), 1)
})

test('a login by code whose answer never left is repeated by the SDK into the same session', async (t) => {
  const line = cutLine(CHECK)
  const { w, app, tab, sessionCount } = await loggedOut(t, line.prepare)
  await tab.sdk('startOTPLogin', { identifier })
  await lines(tab)
  line.cuts = 3
  await tab.sdk('checkOTP', await codeFor(w, app, EMAIL))
  const made = await lines(tab)
  assert.equal(made.at(-1), 'POST /login/otp/check 200')
  assert.ok(made.includes('POST /login/otp/check failed'), 'the SDK noticed')
  assert.equal(line.answers, 4, 'the browser mends some by itself, with the same proof')
  assert.equal(await sessionCount(), 1)
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  assert.equal((await storedSession(w, app, tab)).counter, 1)
})

test('when no answer to a login by code ever left, the same code opens the same session within a minute', async (t) => {
  const line = cutLine(CHECK)
  const { w, app, tab, sessionCount } = await loggedOut(t, line.prepare)
  await tab.sdk('startOTPLogin', { identifier })
  const code = await codeFor(w, app, EMAIL)
  line.cuts = Number.POSITIVE_INFINITY
  assert.equal(await tab.sdkError('checkOTP', code), LOST)
  line.cuts = 0
  w.advance(50_000)
  await tab.sdk('checkOTP', code)
  assert.equal(await sessionCount(), 1)
  assert.equal((await tab.sdk('listSessions')).total, 1)
})

test('when every answer to a login by code is lost nothing is stored, and the user can log in anew', async (t) => {
  const { w, app, tab, sessionCount } = await loggedOut(t)
  await tab.sdk('startOTPLogin', { identifier })
  await loseAnswers(tab, '/login/otp/check', 3)
  const code = await codeFor(w, app, EMAIL)
  assert.equal(await tab.sdkError('checkOTP', code), LOST)
  const { accessTokens, refreshTokens } = await tab.stored()
  assert.deepEqual([accessTokens, refreshTokens], [[], []])
  assert.equal(await sessionCount(), 1)

  await tab.sdk('startOTPLogin', { identifier })
  await tab.sdk('checkOTP', await codeFor(w, app, EMAIL))
  // By the same key: the session that nobody knew of gives way.
  assert.equal((await tab.sdk('listSessions')).sessions.length, 1)
})

test('a login by password whose answer is lost is repeated, and so is a sign-up', async (t) => {
  const { app, tab } = await loggedOut(t)
  await configure(app, PASSWORD_CONFIG, passwordConfig({ sign_up_enabled: true }))
  const login = { identifier: 'bob@example.org', password: PASSWORD }
  await loseAnswers(tab, '/login/email/sign-up', 1)
  await tab.sdk('signUpWithEmail', login)
  assert.deepEqual(await lines(tab), [
    'POST /login/email/sign-up failed',
    'POST /login/email/sign-up 200',
    'POST /login/finalize 200',
  ])
  await loseAnswers(tab, '/login/email/password', 2)
  await tab.sdk('loginWithPassword', login)
  assert.deepEqual(await lines(tab), [
    'POST /login/email/password failed',
    'POST /login/email/password failed',
    'POST /login/email/password 200',
    'POST /login/finalize 200',
  ])
  assert.equal((await tab.sdk('listSessions')).total, 1)
})

test('a step-up that is asked for twice over a lost answer goes on with the second challenge', async (t) => {
  const { w, app, tab } = await steppingUp(t, 'account:write')
  await loseAnswers(tab, '/stepup/request', 1)
  await tab.sdk('requestStepUp', { scope: 'account:write' })
  const info = await toldOnce(tab)
  await tab.sdk('otpCreate', { challengeId: info.challengeId })
  await tab.sdk('otpCheck', info.challengeId, await codeFor(w, app, EMAIL))
  assert.equal(await scopeOf(tab), 'account:write')
})

test('a code for a step-up that is asked for again over lost answers is the one that was sent last', async (t) => {
  const { w, app, tab, challengeId } = await steppingUp(t, 'account:write')
  await lines(tab)
  await loseAnswers(tab, '/session/otp', 2)
  await tab.sdk('otpCreate', { challengeId })
  assert.deepEqual(await lines(tab), ['POST /otp failed', 'POST /otp failed', 'POST /otp 204'])
  await tab.sdk('otpRetry')
  assert.equal(await codeCount(w, app, EMAIL), 4)
  await tab.sdk('otpCheck', challengeId, await codeFor(w, app, EMAIL))
  assert.equal(await scopeOf(tab), 'account:write')
})

test('the check of a step-up whose answer is lost is repeated with the same proof id, and the step is done once', async (t) => {
  const { w, app, tab, challengeId } = await steppingUp(t, 'account:write')
  await tab.sdk('otpCreate', { challengeId })
  await lines(tab)
  await loseAnswers(tab, '/otp/check', 2)
  const code = await codeFor(w, app, EMAIL)
  await tab.sdk('otpCheck', challengeId, code)
  assert.deepEqual(await lines(tab), [
    'POST /otp/check failed',
    'POST /otp/check failed',
    'POST /otp/check 200',
    'POST /refresh 200',
  ])
  assert.equal(await scopeOf(tab), 'account:write')
})

test('the word of the bank whose answer is lost is repeated, and counts once; a minute later it is spent', async (t) => {
  const { w, tab, info, challengeId } = await steppingUp(t, 'transfer:write')
  await lines(tab)
  await loseAnswers(tab, '/stepup/continue', 5)
  const word = await approval(w, info)
  assert.equal(await tab.sdkError('continueStepUp', word), LOST)
  const before = (await tab.stored()).challenges[challengeId]?.token
  await tab.sdk('continueStepUp', word)
  assert.deepEqual(await lines(tab), [...Array(5).fill('POST /stepup/continue failed'), 'POST /stepup/continue 200'])
  const [next, ...rest] = await tab.told()
  assert.deepEqual([next?.currentStep, rest.length], ['verify_email', 0])
  assert.notEqual((await tab.stored()).challenges[challengeId]?.token, before)
})

test('a minute after every answer was lost the step-up is over, cleanly: the SDK says so', async (t) => {
  const { w, tab, info } = await steppingUp(t, 'transfer:write')
  await loseAnswers(tab, '/stepup/continue', 3)
  const word = await approval(w, info)
  assert.equal(await tab.sdkError('continueStepUp', word), LOST)
  w.advance(61_000)
  assert.equal(await tab.sdkError('continueStepUp', word), 'TokenReused')
  await tab.sdk('requestStepUp', { scope: 'transfer:write' })
  const again = await toldOnce(tab)
  await tab.sdk('continueStepUp', await approval(w, again))
})

test('the refresh that brings a scope for one token is repeated over lost answers, and grants it once', async (t) => {
  const { w, app, tab, info, challengeId } = await steppingUp(t, 'transfer:write')
  await tab.sdk('continueStepUp', await approval(w, info))
  await tab.sdk('otpCreate', { challengeId })
  await lines(tab)
  await loseAnswers(tab, REFRESH, 2)
  await tab.sdk('otpCheck', challengeId, await codeFor(w, app, EMAIL))
  const calls = await tab.calls()
  assert.deepEqual(
    calls.map(({ line }) => line),
    ['POST /otp/check 200', 'POST /refresh failed', 'POST /refresh failed', 'POST /refresh 200'],
  )
  assert.equal(new Set(calls.slice(1).map(({ body }) => body)).size, 1)
  const grants = w.deps.db.withTables<GrantTables>().selectFrom('grants').select('scope')
  const granted = await grants.where('app_id', '=', app.id).execute()
  assert.deepEqual(
    granted.map(({ scope }) => scope),
    ['transfer:write'],
  )
  assert.equal(await scopeOf(tab), 'transfer:write')
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  assert.equal(await scopeOf(tab), undefined)
  const { counter, ended_at } = await storedSession(w, app, tab)
  assert.deepEqual([counter, ended_at], [2, null])
})

test('when every answer to that refresh is lost, the same code brings the scope within a minute', async (t) => {
  const { w, app, tab, challengeId } = await steppingUp(t, 'account:write')
  await tab.sdk('otpCreate', { challengeId })
  await loseAnswers(tab, REFRESH, 3)
  const code = await codeFor(w, app, EMAIL)
  assert.equal(await tab.sdkError('otpCheck', challengeId, code), LOST)
  assert.equal(await scopeOf(tab), undefined)
  await tab.sdk('otpCheck', challengeId, code)
  assert.equal(await scopeOf(tab), 'account:write')
  assert.deepEqual((await tab.stored()).challenges, {})
  const { counter, ended_at } = await storedSession(w, app, tab)
  assert.deepEqual([counter, ended_at], [1, null])
})
