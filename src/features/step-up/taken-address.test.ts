import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, checkCode, configure, direct, sendCode } from '../../../test/house/step-up.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: the code of an address that was taken from the user since completes no step`, async () => {
    const app = await application(w)
    await configure(app, direct('pay'))
    const person = { email: 'ana@example.com', phone: '+33612345678' }
    const client = await login(w, app, await user(w, app, person))
    const token = await challenged(app, client, 'pay')
    const { code, recipient } = await sendCode(w, app, token)
    assert.equal(recipient, person.email)
    const identifier = { type: 'email_address', value: person.email }
    await app.manage(`/users/${client.userId}/identifiers`, { method: 'DELETE', body: { identifier } })
    assertRefused(await checkCode(app, client, token, code), 'bad_check_code', 'unauthorized')
    const other = await user(w, app, { email: person.email })
    assert.notEqual(other, client.userId)
    assertRefused(await checkCode(app, client, token, code), 'bad_check_code', 'unauthorized')
  })
}
