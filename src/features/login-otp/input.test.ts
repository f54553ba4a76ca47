import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, sentCode, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  checkWith,
  claimsIn,
  EMAIL,
  FAMILIES,
  identifierOf,
  PHONE,
  started,
  startWith,
} from '../../../test/house/codes.ts'
import { stages } from '../../../test/house/stages.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: an identifier in any of its forms is the same, and none is refused`, async () => {
    const app = await application(w)
    const userId = await user(w, app, { email: EMAIL, phone: PHONE })
    for (const family of FAMILIES) {
      for (const [written, value] of [
        [' ADA@Example.com', EMAIL],
        ['+33 6 12 34 56 78', PHONE],
      ] as const) {
        const token = await started(app, family, written)
        assert.equal(claimsIn(await checkWith(app, family, token, await sentCode(w, app, value))).sub, userId)
      }
      for (const value of ['nobody', 'a@b', '+33', '0612345678'])
        assertRefused(await startWith(app, family, value), 'invalid_identifier', 'bad_request')
      const mismatch = { identifier: { type: 'phone_number', value: EMAIL } }
      assertRefused(await app.call(family.start, { body: mismatch }), 'invalid_identifier', 'bad_request')
    }
  })

  test(`${engine}: bodies that are no start are refused`, async () => {
    const app = await application(w)
    const identifier = identifierOf(EMAIL)
    for (const family of FAMILIES) {
      for (const body of [
        undefined,
        {},
        [],
        { identifier: EMAIL },
        { identifier: { ...identifier, type: 'username' } },
        { identifier: identifierOf('') },
        { identifier: identifierOf(`${'x'.repeat(320)}@`) },
        { identifier, login_config_id: '' },
        { identifier, login_config_id: 'x'.repeat(65) },
        { identifier, dispatch_id: 'x'.repeat(65) },
        { challenge_token: '' },
      ]) {
        const answer = await app.call(family.start, { method: 'POST', body })
        assertRefused(answer, 'bad_request', 'bad_request')
      }
      for (const code of [undefined, '', '123', '123456789', 123456, ' '.repeat(65), ['123456']])
        assertRefused(await checkWith(app, family, 'vt_x', code), 'bad_request', 'bad_request')
    }
  })

  test(`${engine}: spaces around a code, and digits of another keyboard, do no harm`, async () => {
    const app = await application(w)
    for (const family of FAMILIES) {
      const token = await started(app, family, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      const wide = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('')
      assert.equal((await checkWith(app, family, token, ` ${wide}\n`)).status, 200)
    }
  })
}
