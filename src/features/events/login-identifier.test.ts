import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeToken, dpopKey, type TestApp, user } from '../../../test/builders.ts'
import { FAMILIES, loginByCode } from '../../../test/house/codes.ts'
import { givePassword, logIn, PASSWORD, passwordApp, signUp } from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'

const EMAIL = 'rosa@example.com'
const NUMBER = '+306912345678'
const email = { type: 'email_address', value: EMAIL } as const
const phone = { type: 'phone_number', value: NUMBER } as const

for (const { engine, w } of await stages()) {
  /** Somebody who proved a number first, then an address, and only claims another. */
  async function somebody(app: TestApp): Promise<string> {
    const id = await user(w, app, { phone: NUMBER })
    w.advance(1000)
    await app.manage(`/users/${id}/identifiers`, { body: { identifier: email } })
    const claimed = { type: 'email_address', value: 'a@example.com' } as const
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, id, claimed, false))
    await givePassword(app, id)
    return id
  }
  const named = async (app: TestApp) =>
    (await eventsOf(w, app, 'user.session.created')).map((event) => event.identifier)
  const finalize = async (app: TestApp, challenge: string) =>
    assert.equal((await finalizeWith(app, await dpopKey(w), challenge)).status, 200)

  for (const family of FAMILIES) {
    test(`${engine}: the event of a session opened by ${family.name} names what the code was sent to`, async () => {
      const app = await passwordApp(w)
      await somebody(app)
      for (const value of [EMAIL, NUMBER]) {
        const { challenge_token } = (await loginByCode(w, app, family, value)).body
        if (challenge_token) await finalize(app, challenge_token)
      }
      assert.deepEqual(await named(app), [email, phone])
    })
  }

  test(`${engine}: by a password the event names the address, by what names nothing the one proven first`, async () => {
    const app = await passwordApp(w)
    const id = await somebody(app)
    await finalize(app, (await logIn(app, EMAIL, PASSWORD)).body.challenge_token)
    await finalize(app, await challengeToken(w, app, id))
    assert.deepEqual(await named(app), [email, phone])
  })

  test(`${engine}: an address that nobody has proven stands in no event, whose identifier is empty then`, async () => {
    const app = await passwordApp(w, { sign_up_enabled: true })
    await finalize(app, (await signUp(app, 'new@example.com', PASSWORD)).body.challenge_token)
    assert.deepEqual(await named(app), [{}])
  })
}
