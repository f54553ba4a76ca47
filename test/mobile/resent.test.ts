import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../builders.ts'
import { issuerKey, publish } from '../house/legacy.ts'
import { givePassword, PASSWORD } from '../house/passwords.ts'
import { type Answer, send } from '../send.ts'
import type { Sdk } from './sdk.ts'
import { ADA, approval, byMail, codeFor, install, JWKS_URL, scenes, shop } from './stage.ts'

const shopKey = await issuerKey('RS256')

for (const scene of await scenes()) {
  const { on, w } = scene

  /** Send the last request to a path once more, byte for byte, as HTTP libraries do when a connection breaks. */
  async function resend(phone: Sdk, path: string): Promise<Answer> {
    const last = phone.exchanges.findLast((one) => one.path === path)
    assert.ok(last, `nothing was sent to ${path}`)
    const { method, headers, body } = last
    return await send(w, `/v1/session${path}`, { method, headers, ...(body !== undefined && { body }) })
  }

  test(`${on}: a request that is sent twice by the network, proof and all, is answered again and harms nothing`, async () => {
    publish(w, JWKS_URL, shopKey)
    const app = await shop(w)
    await givePassword(app, await user(w, app, { email: ADA }))
    const phone = install(scene, app)
    const statuses: Record<string, number> = {}
    const again = async (path: string) => {
      statuses[path] = (await resend(phone, path)).status
    }

    await phone.loginWithPassword(ADA, PASSWORD)
    await again('/login/email/password')
    await again('/login/finalize')
    await phone.forceRefresh()
    await again('/refresh')
    await phone.listSessions()
    await again('/me/list')
    const first = await phone.requestStepUp('transfer:write')
    await again('/stepup/request')
    assert.ok(first)
    await phone.sendStepUpOTP(first)
    const second = await phone.submitStepUpOTP(first, await codeFor(w, app))
    await again('/otp/check')
    assert.ok(second)
    await phone.continueStepUp(second, await approval(w, shopKey, phone, second))
    await again('/stepup/continue')
    await again('/refresh')
    assert.equal(phone.profile().scope, 'transfer:write')
    await phone.forceRefresh()
    await phone.revokeSessions('others')
    await again('/me/revoke?target=others')
    await phone.logout()
    await again('/revoke')

    assert.deepEqual(statuses, {
      '/login/email/password': 200,
      '/login/finalize': 200,
      '/refresh': 200,
      '/me/list': 200,
      '/stepup/request': 200,
      '/otp/check': 200,
      '/stepup/continue': 200,
      '/me/revoke?target=others': 204,
      '/revoke': 204,
    })
  })

  test(`${on}: a login's code that is sent twice wins once, and the winner's challenge token is good`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    await phone.startOTPLogin(byMail)
    await phone.checkOTP(await codeFor(w, app))
    const answer = await resend(phone, '/otp/check')
    assert.deepEqual([answer.status, answer.body.code], [409, 'token_reused'])
    await phone.forceRefresh()
  })
}
