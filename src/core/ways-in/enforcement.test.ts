import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, sentCodes } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { loginBy } from '../../../test/house/passkey-calls.ts'
import { signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import {
  givePassword,
  logIn,
  PASSWORD,
  PASSWORD_CONFIG,
  passwordConfig,
  signUp,
} from '../../../test/house/passwords.ts'
import { COMPANY, connect } from '../../../test/house/saml-connections.ts'
import { stages } from '../../../test/house/stages.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: whoever must come by their company's own connection comes in by no other way; others do`, async () => {
    const it = await withPasskeys(w)
    const { app } = it
    await app.manage(PASSWORD_CONFIG, { body: passwordConfig({ sign_up_enabled: true }) })
    const personAt = async (domain: string) => {
      const client = await signedIn(it, { email: `ana@${domain}` })
      await givePassword(app, client.userId)
      return { email: `ana@${domain}`, one: await withPasskey(it, client) }
    }
    const [bound, free] = [await personAt(COMPANY), await personAt('home.example')]
    const identifier = (email: string) => ({ body: { identifier: { type: 'email_address', value: email } } })
    const ways: readonly (readonly [string, (who: typeof bound) => Promise<Answer>])[] = [
      ['a code', ({ email }) => app.call('/v1/session/otp', identifier(email))],
      ['a code, older form', ({ email }) => app.call('/v1/session/login/otp', identifier(email.toUpperCase()))],
      ['a password', ({ email }) => logIn(app, email, PASSWORD)],
      ['a sign-up', ({ email }) => signUp(app, `new.${email}`, PASSWORD)],
      ['a passkey', async ({ one }) => await loginBy(it, one)],
    ]
    await connect(w, app, { behavior: { enforce_login: true } })
    for (const [name, comeBy] of ways) {
      const refused = await comeBy(bound)
      assert.doesNotThrow(() => assertRefused(refused, 'saml_login_required', 'forbidden'), name)
      const answer = await comeBy(free)
      assert.ok(answer.status < 300, `${name}: ${JSON.stringify(answer.body)}`)
    }
    await w.drain()
    assert.deepEqual(await sentCodes(w, app, bound.email), [])
    assert.notDeepEqual(await sentCodes(w, app, free.email), [])
  })
}
