import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listMail } from '../../src/core/messages/store.ts'
import { claimsOf } from '../builders.ts'
import { ENGINES } from '../world.ts'
import { approval, EMAIL, HOOK_URL, scopeOf, signedIn, toldOnce } from './bank.ts'
import { codeFor, otherThan, pass, signIn, storedSession } from './stage.ts'
import { lines, newContext } from './tab.ts'

const PHONE = '+33612345678'

for (const engine of ENGINES) {
  test(`${engine}: a step-up by code: the scope comes with the refresh, stays for its time and goes`, async (t) => {
    const { w, app, userId, tab, session } = await signedIn(t, engine)
    await pass(w, tab, 0)
    const metadata = { amount: '500' }
    const answer = await tab.sdk('requestStepUp', { scope: 'account:write', metadata })
    assert.equal(answer.status, 'review')
    const [requested, ...none] = await tab.calls()
    assert.deepEqual([requested?.line, none.length], ['POST /stepup/request 200', 0])
    assert.deepEqual(JSON.parse(requested?.body ?? ''), { scope: 'account:write', metadata })
    assert.match(requested?.request.authorization ?? '', /^Bearer ey/)
    assert.equal(requested?.request.dpop, undefined)
    const info = await toldOnce(tab)
    const { challengeId } = info
    assert.match(challengeId, /^chl_/)
    const step = { order: 1, expirationDuration: 300, key: 'verify_email', done: false }
    const constant = { scopeRequested: 'account:write', userId, sessionId: session.id, challengeId, metadata }
    assert.deepEqual(info, { ...constant, currentStep: 'verify_email', steps: [step] })
    const expiresAt = Math.floor(w.deps.now() / 1000) + 300
    const cached = (await tab.stored()).challenges[challengeId]
    assert.equal(cached?.token, answer.challenge_token)
    assert.ok(Math.abs((cached?.expiresAt ?? 0) - expiresAt) <= 5, 'by the clock of the browser')

    await tab.sdk('otpCreate', { challengeId })
    const first = await codeFor(w, app, EMAIL)
    const [mail] = await listMail(w.deps.db, app.id, 1)
    assert.match(mail?.text ?? '', /valid for 5 min/, 'as long as the step')
    await tab.sdk('otpRetry')
    const code = await codeFor(w, app, EMAIL)
    assert.equal(await tab.sdkError('otpCheck', challengeId, otherThan(code)), 'BadRequest')
    if (first !== code) assert.equal(await tab.sdkError('otpCheck', challengeId, first), 'BadRequest')
    const calls = await tab.calls()
    assert.deepEqual(
      calls.slice(0, 3).map(({ line }) => line),
      ['POST /otp 204', 'POST /otp/retry 204', 'POST /otp/check 401 bad_check_code'],
    )
    assert.deepEqual(JSON.parse(calls[0]?.body ?? ''), { challenge_token: cached?.token })
    assert.deepEqual((await tab.stored()).challenges[challengeId], cached)

    const { challenge_token } = await tab.sdk('otpCheck', challengeId, code)
    const [checked, refreshed, ...rest] = await tab.calls()
    assert.deepEqual([checked?.line, refreshed?.line, rest.length], ['POST /otp/check 200', 'POST /refresh 200', 0])
    assert.equal(claimsOf(checked?.request.dpop ?? '').jti, claimsOf(cached?.token ?? '').jti)
    assert.equal(checked?.request.authorization, undefined)
    assert.deepEqual(JSON.parse(refreshed?.body ?? ''), { step_up_token: challenge_token })
    const done = { ...constant, currentStep: 'completed', steps: [{ ...step, done: true }] }
    assert.deepEqual(await toldOnce(tab), done)
    assert.deepEqual((await tab.stored()).challenges, {})
    assert.equal(await scopeOf(tab), 'account:write')

    await pass(w, tab, 120)
    await tab.sdk('refresh')
    assert.equal(await scopeOf(tab), 'account:write')
    await pass(w, tab, 181)
    await tab.sdk('refresh')
    assert.equal(await scopeOf(tab), undefined)
    assert.equal((await storedSession(w, app, tab)).counter, 3)
  })

  test(`${engine}: a step-up by the word of the bank, then by code, for one access token`, async (t) => {
    const { w, app, tab } = await signedIn(t, engine)
    const { status } = await tab.sdk('requestStepUp', { scope: 'transfer:write', metadata: { amount: '500' } })
    assert.equal(status, 'review')
    const first = await toldOnce(tab)
    const { challengeId } = first
    assert.deepEqual(
      [first.currentStep, first.steps.map(({ key, done }) => [key, done])],
      [
        'approve',
        [
          ['approve', false],
          ['verify_email', false],
        ],
      ],
    )
    const before = (await tab.stored()).challenges[challengeId]?.token
    await lines(tab)

    const word = await approval(w, first)
    const { challenge_token } = await tab.sdk('continueStepUp', word)
    const [continued, ...none] = await tab.calls()
    assert.deepEqual([continued?.line, none.length], ['POST /stepup/continue 200', 0])
    assert.deepEqual(JSON.parse(continued?.body ?? ''), { challenge_token: before, verification_token: word })
    assert.equal(claimsOf(continued?.request.dpop ?? '').jti, claimsOf(before ?? '').jti)
    const second = await toldOnce(tab)
    assert.deepEqual(
      [second.currentStep, second.challengeId, second.steps.map(({ key, done }) => [key, done])],
      [
        'verify_email',
        challengeId,
        [
          ['approve', true],
          ['verify_email', false],
        ],
      ],
    )
    assert.equal((await tab.stored()).challenges[challengeId]?.token, challenge_token)

    await tab.sdk('otpCreate', { challengeId })
    await tab.sdk('otpCheck', challengeId, await codeFor(w, app, EMAIL))
    assert.deepEqual(await lines(tab), ['POST /otp 204', 'POST /otp/check 200', 'POST /refresh 200'])
    assert.equal((await toldOnce(tab)).currentStep, 'completed')
    assert.equal(await scopeOf(tab), 'transfer:write')
    await tab.sdk('invalidateCache')
    await tab.sdk('refresh')
    assert.equal(await scopeOf(tab), undefined)
  })

  test(`${engine}: a number is attached to its user once its code came back`, async (t) => {
    const { w, app, userId, tab } = await signedIn(t, engine)
    const numbers = async () => {
      const { user } = (await app.manage(`/users/${userId}`)).body
      return user.identifiers.filter(({ type }: { type: string }) => type === 'phone_number')
    }
    const metadata = { identifier: '+33 6 12 34 56 78' }
    await tab.sdk('requestStepUp', { scope: 'prld:phone:register', metadata })
    const { challengeId, currentStep } = await toldOnce(tab)
    assert.equal(currentStep, 'verify_sms')
    await tab.sdk('otpCreate', { challengeId })
    const code = await codeFor(w, app, PHONE)
    assert.equal(await tab.sdkError('otpCheck', challengeId, otherThan(code)), 'BadRequest')
    assert.deepEqual(await numbers(), [])
    await tab.sdk('otpCheck', challengeId, code)
    assert.deepEqual(
      (await numbers()).map(({ value }: { value: string }) => value),
      [PHONE],
    )

    await tab.sdk('logout')
    await tab.sdk('startOTPLogin', { identifier: { type: 'phone_number', value: PHONE } })
    await tab.sdk('checkOTP', await codeFor(w, app, PHONE))
    assert.equal((await tab.sdk('getProfile'))?.sub, userId)
  })
}

test('the bank is told what asks, sets the terms, and every session of the user gets the scope', async (t) => {
  const { w, app, userId, tab } = await signedIn(t, 'sqlite')
  const elsewhere = await signIn(w, app, await newContext(t), userId)
  const metadata = { amount: '500', currency: 'EUR' }
  const { status } = await tab.sdk('requestStepUp', { scope: 'loan:sign', metadata })
  assert.equal(status, 'review')
  const asked = w.outbound.find(({ url }) => url === HOOK_URL)
  const { signals, ...question } = JSON.parse(asked?.body ?? '')
  const identifiers = [{ type: 'email_address', value: EMAIL }]
  assert.deepEqual(question, { scope_requested: 'loan:sign', user_id: userId, identifiers, metadata })
  assert.deepEqual([signals.platform, signals.ip], ['WEB', '127.0.0.1'])
  assert.match(signals.user_agent, /Chrome\//)

  const { challengeId } = await toldOnce(tab)
  await tab.sdk('otpCreate', { challengeId })
  await tab.sdk('otpCheck', challengeId, await codeFor(w, app, EMAIL))
  assert.equal(await scopeOf(tab), 'loan:sign')
  assert.equal(await scopeOf(elsewhere), undefined)
  await elsewhere.sdk('invalidateCache')
  await elsewhere.sdk('refresh')
  assert.equal(await scopeOf(elsewhere), 'loan:sign')
})

test('a scope that is granted at once: the SDK refreshes by itself', async (t) => {
  const { tab } = await signedIn(t, 'sqlite')
  const answer = await tab.sdk('requestStepUp', { scope: 'account:read' })
  assert.equal(answer.status, 'continue')
  const [requested, refreshed, ...rest] = await tab.calls()
  assert.deepEqual(
    [requested?.line, refreshed?.line, rest.length],
    ['POST /stepup/request 200', 'POST /refresh 200', 0],
  )
  assert.deepEqual(JSON.parse(refreshed?.body ?? ''), { step_up_token: answer.challenge_token })
  assert.equal((await toldOnce(tab)).currentStep, 'completed')
  assert.deepEqual((await tab.stored()).challenges, {})
  assert.equal(await scopeOf(tab), 'account:read')
})

test('a scope that is refused: the SDK says so and does nothing', async (t) => {
  const { tab } = await signedIn(t, 'sqlite')
  const before = await tab.stored()
  const answer = await tab.sdk('requestStepUp', { scope: 'account:close' })
  assert.deepEqual(answer, { status: 'block' })
  assert.deepEqual(await lines(tab), ['POST /stepup/request 200'])
  assert.deepEqual(await tab.told(), [])
  assert.deepEqual(await tab.stored(), before)
})
