import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../builders.ts'
import { givePassword, PASSWORD } from '../house/passwords.ts'
import { ENGINES, world } from '../world.ts'
import { android } from './android.ts'
import { ADA, assertFails, byMail, codeFor, install, shop } from './stage.ts'

for (const engine of ENGINES) {
  test(`${engine}: Android over http drops the Secure cookie, so a code needs X-Verification-Token; all else works`, async () => {
    const w = await world(engine, { config: { publicScheme: 'http' } })
    const app = await shop(w)
    await givePassword(app, await user(w, app, { email: ADA }))
    const scene = { on: engine, w, platform: android }
    const phone = install(scene, app, { baseUrl: 'http://10.0.2.2:8080', hostOverride: `${app.host}:8080` })
    const token = await phone.startOTPLogin(byMail)
    const code = await codeFor(w, app)
    await assertFails(phone.checkOTP(code), 'Unauthorized', 'unauthorized')
    await phone.checkOTP(code, token)
    await phone.logout()
    await phone.loginWithPassword(ADA, PASSWORD)
    w.advance(60_000)
    assert.equal((await phone.listSessions({ limit: 1 })).total, 1)
    await phone.logout()
  })
}
