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
  NEW,
  PHONE,
  started,
  startWith,
  tokenOf,
  wrongCode,
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
        ...(family === NEW
          ? [
              { identifier, challenge_token: 'x' },
              { identifier: {}, challenge_token: 'x' },
            ]
          : []),
      ]) {
        const answer = await app.call(family.start, { method: 'POST', body })
        assertRefused(answer, 'bad_request', 'bad_request')
      }
      for (const code of [undefined, '', '123', '123456789', 123456, ' '.repeat(65), ['123456']])
        assertRefused(await checkWith(app, family, 'vt_x', code), 'bad_request', 'bad_request')
    }
  })

  test(`${engine}: however a code is set apart, and in whatever digits, it is right at the first try`, async () => {
    const inScript = (code: string, zero: number) =>
      [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join('')
    for (const family of FAMILIES) {
      for (const entered of [
        (code: string) => ` ${inScript(code, 0xff10)}\n`,
        (code: string) => `\u2067${inScript(code, 0x6f0)}\u2069`,
        (code: string) => `${code.slice(0, 2)}\u202f${code.slice(2, 4)}\u2013${code.slice(4)}\u200d`,
        (code: string) => [...inScript(code, 0x966)].join(' \ufeff'),
      ]) {
        const app = await application(w)
        const token = await started(app, family, EMAIL)
        const code = await sentCode(w, app, EMAIL)
        for (let i = 0; i < 4; i++) await checkWith(app, family, token, wrongCode(code))
        assert.equal((await checkWith(app, family, token, entered(code))).status, 200)
      }
    }
  })

  test(`${engine}: a pasted identifier is the one that can be seen, for codes, users and sign-ups alike`, async () => {
    const app = await application(w)
    const userId = await user(w, app, { email: EMAIL, phone: PHONE })
    for (const [written, value] of [
      ['\u2066ＡＤＡ＠example.com\u2069', EMAIL],
      ['\u200f＋33\u202f6\u200b12345678\ufeff', PHONE],
    ] as const) {
      const token = tokenOf(
        await startWith(app, NEW, written, { body: { identifier: { ...identifierOf(value), value: written } } }),
      )
      assert.equal(claimsIn(await checkWith(app, NEW, token, await sentCode(w, app, value))).sub, userId)
      const identifiers = [{ ...identifierOf(value), value: written }]
      assert.equal((await app.manage('/users', { body: { identifiers } })).body.code, 'identifier_already_exists')
    }
    for (const value of [
      'a\u200bda@example.com',
      'ada\u2060@example.com',
      'ad\u00ada@example.com',
      '\u212aim@example.com',
    ])
      assertRefused(await startWith(app, NEW, value), 'invalid_identifier', 'bad_request')
  })
}
