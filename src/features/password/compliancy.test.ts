import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { COMPLIANCY, PASSWORD_CONFIG, passwordApp } from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: anybody may read the rules, all of them, as they are configured`, async () => {
    const password_compliancy = { min_length: 10, max_length: 0, uppercase: 1, lowercase: 2, numbers: 3, symbols: 4 }
    const besides = { refuse_common: false, breached_lookup: { enabled: true } }
    const app = await passwordApp(w, { password_compliancy, ...besides })
    const answer = await app.call(COMPLIANCY)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { ...password_compliancy, refuse_common: false, refuse_breached: true })
    await app.manage(PASSWORD_CONFIG, { method: 'DELETE' })
    assert.notDeepEqual((await app.call(COMPLIANCY)).body, password_compliancy)
  })

  test(`${engine}: without a configuration the rules are those that a password is judged by then`, async () => {
    const app = await application(w)
    const expected = { min_length: 8, max_length: 128, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 }
    const besides = { refuse_common: true, refuse_breached: false }
    assert.deepEqual((await app.call(COMPLIANCY)).body, { ...expected, ...besides })
  })

  test(`${engine}: there are no rules of no application`, async () => {
    const answer = await send(w, COMPLIANCY, { headers: { host: 'nobody.session.test' } })
    assertRefused(answer, 'not_found', 'not_found')
  })
}
