import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { challengeToken, user } from '../builders.ts'
import { assertFails, byMail, codeFor, install, scenes, shop, signIn } from './stage.ts'

const MINUTE_MS = 60_000

for (const scene of await scenes()) {
  const { on, w, platform } = scene
  const wrong = { '90 s ahead': 90_000, '90 s behind': -90_000 }

  for (const [how, clockAheadMs] of Object.entries(wrong)) {
    test(`${on}: with a clock that is ${how} nothing is asked twice, and tokens last as long as they last`, async () => {
      const app = await shop(w)
      const phone = install(scene, app, { clockAheadMs })
      await phone.startOTPLogin(byMail)
      await phone.checkOTP(await codeFor(w, app))
      await phone.listSessions()
      w.advance(59_000)
      await phone.refresh()
      w.advance(1000)
      await phone.refresh()
      assert.deepEqual(phone.told(), [
        'POST /otp 204',
        'POST /otp/check 200',
        'POST /login/finalize 200',
        'GET /me/list 200',
        'POST /refresh 200',
      ])
      const challenge = await phone.requestStepUp('prld:pwd:write')
      assert.equal(challenge && challenge.expiresAt - clockAheadMs, w.deps.now() + 300_000)
      await phone.logout()
      assert.equal(phone.told().at(-1), 'POST /revoke 204')
    })
  }

  test(`${on}: with a clock that is 20 minutes ahead the first proof is made again with a nonce, and no later one`, async () => {
    const app = await shop(w)
    const phone = install(scene, app, { clockAheadMs: 20 * MINUTE_MS })
    await phone.startOTPLogin(byMail)
    await phone.checkOTP(await codeFor(w, app))
    for (let i = 0; i < 5; i++) {
      w.advance(MINUTE_MS)
      await phone.refresh()
    }
    assert.deepEqual(phone.told(), [
      'POST /otp 204',
      'POST /otp/check 200',
      'POST /login/finalize 400',
      'POST /login/finalize 200',
      ...Array(5).fill('POST /refresh 200'),
    ])
    w.advance(15 * MINUTE_MS)
    await phone.refresh()
    assert.deepEqual(phone.told(), ['POST /refresh 400', 'POST /refresh 200'])
  })

  test(`${on}: a challenge-bound proof is good whatever the clock says, and however old the nonce is`, async () => {
    const app = await shop(w)
    const phone = install(scene, app, { clockAheadMs: -20 * MINUTE_MS })
    await signIn(w, app, phone)
    const challenge = await phone.requestStepUp('prld:pwd:write')
    assert.ok(challenge)
    await phone.sendStepUpOTP(challenge)
    phone.device.nonce = 'srv-nonce-1'
    await phone.submitStepUpOTP(challenge, await codeFor(w, app))
    assert.deepEqual(phone.told().slice(-3), ['POST /otp/check 200', 'POST /refresh 400', 'POST /refresh 200'])
    assert.match(phone.profile().scope ?? '', /prld:pwd:write/)
  })

  test(`${on}: a proof that does not hold is made again with the server's time, once, if the clock was wrong`, async () => {
    const app = await shop(w)
    const userId = await user(w, app)
    const astray = { ...scene, platform: { ...platform, htu: () => 'https://elsewhere.example/' } }
    for (const [clockAheadMs, sends] of [
      [90_000, 2],
      [999, 1],
    ] as const) {
      const phone = install(astray, app, { clockAheadMs })
      const token = await challengeToken(w, app, userId)
      await assertFails(phone.finalize(token), 'Unauthorized', 'invalid_dpop_proof')
      assert.equal(phone.exchanges.length, sends)
      const dated = phone.exchanges.map(({ headers }) => decodeJwt(headers.dpop ?? '').iat)
      const now = Math.floor(w.deps.now() / 1000)
      assert.deepEqual(dated, sends === 2 ? [now + 90, now] : [now])
      // Nothing was spent: the same challenge token still opens a session.
      await install(scene, app).finalize(token)
    }
  })
}
