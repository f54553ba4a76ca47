import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, sentCode, sentCodes, type TestApp } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import {
  checkWith,
  EMAIL,
  FAMILIES,
  NEW,
  retryWith,
  started,
  startWith,
  tokenOf,
  wrongCode,
} from '../../../test/house/codes.ts'
import { stages } from '../../../test/house/stages.ts'

const from = (ip: string) => ({ 'x-forwarded-for': ip })
const french = (i: number) => `+3361234560${i}`

for (const { engine, w } of await stages()) {
  const limited = (otp: object) => application(w, { settings: { otp } })
  const starts = (app: TestApp, value: string, ip: string) => startWith(app, NEW, value, { headers: from(ip) })

  /** How many codes arrived at each French number. */
  async function arrivals(app: TestApp, numbers: readonly number[]): Promise<number[]> {
    const counts: number[] = []
    for (const i of numbers) counts.push((await sentCodes(w, app, french(i))).length)
    return counts
  }

  function assertLimited(answer: Awaited<ReturnType<typeof starts>>) {
    assertRefused(answer, 'rate_limited', 'rate_limited')
    assert.equal(answer.headers.get('retry-after'), '600')
  }

  for (const family of FAMILIES) {
    test(`${engine}, ${family.name}: one address is sent so many codes, retries included, until ten minutes have passed`, async () => {
      const app = await limited({ starts_per_identifier: 3 })
      const token = await started(app, family, EMAIL)
      assertNoContent(await retryWith(app, family, token))
      assertNoContent(await startWith(app, family, ' Ada@example.com', { headers: from('198.51.100.9') }))
      assertLimited(await startWith(app, family, EMAIL))
      assertLimited(await retryWith(app, family, token))
      assertNoContent(await startWith(app, family, 'grace@example.com'))
      assert.equal((await sentCodes(w, app, EMAIL)).length, 3)
      w.advance(600_000)
      assertNoContent(await startWith(app, family, EMAIL))
    })

    test(`${engine}, ${family.name}: one address on the network may try so many wrong codes; right ones do not count`, async () => {
      const app = await limited({ checks_per_ip: 2 })
      const [here, there] = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::1']
      for (let i = 0; i < 3; i++) {
        const value = `ada${i}@example.com`
        const token = await started(app, family, value)
        assert.equal((await checkWith(app, family, token, await sentCode(w, app, value), from(here))).status, 200)
      }
      const token = await started(app, family, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      const check = (tried: string, ip: string) => checkWith(app, family, token, tried, from(ip))
      for (let i = 0; i < 2; i++) assertRefused(await check(wrongCode(code), here), 'bad_check_code', 'unauthorized')
      for (let i = 0; i < 6; i++) assertLimited(await check(wrongCode(code), there))
      assertLimited(await check(code, there))
      // What was not judged cost no attempt.
      assert.equal((await check(code, '2001:db8:1:3::1')).status, 200)
    })
  }

  test(`${engine}: whoever guesses at one address all day gets no more codes for it to guess at`, async () => {
    const app = await limited({ wrong_codes_per_identifier: 6 })
    for (const wrong of [5, 1]) {
      const token = await started(app, NEW, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      for (let i = 0; i < wrong; i++) assert.equal((await checkWith(app, NEW, token, wrongCode(code))).status, 401)
    }
    assertLimited(await startWith(app, NEW, EMAIL))
    assertNoContent(await startWith(app, NEW, 'grace@example.com'))
    w.advance(86_400_000)
    assertNoContent(await startWith(app, NEW, EMAIL))
  })

  test(`${engine}: one IP address, or one IPv6 network, asks for so many codes`, async () => {
    for (const [first, same, other] of [
      ['203.0.113.1', '::ffff:203.0.113.1', '203.0.113.2'],
      ['2001:db8:1:2::1', '2001:db8:1:2:ff::9', '2001:db8:1:3::1'],
    ] as const) {
      const app = await limited({ starts_per_ip: 2 })
      assertNoContent(await starts(app, 'a@example.com', first))
      assertNoContent(await starts(app, 'b@example.com', same))
      assertLimited(await starts(app, 'c@example.com', first))
      assertNoContent(await starts(app, 'c@example.com', other))
    }
  })

  test(`${engine}: once too many codes to a country were left unentered, none leaves, and nobody can tell`, async () => {
    const app = await limited({ unverified_sms_per_country: 2 })
    for (let i = 0; i < 3; i++) assertNoContent(await starts(app, french(i), `198.51.${i}.1`))
    assert.deepEqual(await arrivals(app, [0, 1, 2]), [1, 1, 0])
    await started(app, NEW, '+306912345678', from('198.51.9.1'))
    await started(app, NEW, EMAIL, from('198.51.9.1'))
    assert.equal((await sentCodes(w, app, '+306912345678')).length, 1)
    assert.equal((await sentCodes(w, app, EMAIL)).length, 1)
    w.advance(3_600_000)
    await started(app, NEW, french(3))
    assert.equal((await sentCodes(w, app, french(3))).length, 1)
  })

  test(`${engine}: an entered code gives its place back, and those of its retries`, async () => {
    const app = await limited({ unverified_sms_per_country: 3, unverified_sms_per_ip_range: 3 })
    const token = await started(app, NEW, french(0))
    await sentCode(w, app, french(0))
    await retryWith(app, NEW, token)
    assert.equal((await checkWith(app, NEW, token, await sentCode(w, app, french(0)))).status, 200)
    for (let i = 1; i < 5; i++) await started(app, NEW, french(i))
    assert.deepEqual(await arrivals(app, [1, 2, 3, 4]), [1, 1, 1, 0])
  })

  test(`${engine}: a network range asks for so many unentered codes by e-mail, and nobody can tell`, async () => {
    for (const [first, same, other] of [
      ['203.0.113.1', '203.0.113.250', '203.0.114.1'],
      ['2001:db8:1:2::1', '2001:db8:1:ff::1', '2001:db8:2::1'],
    ] as const) {
      const app = await limited({ unverified_emails_per_ip_range: 1 })
      const asked = [first, same, other].map((ip, i) => ({ ip, email: `ada${i}@example.com` }))
      for (const { ip, email } of asked) assertNoContent(await starts(app, email, ip))
      await w.drain()
      const codes = await Promise.all(asked.map(({ email }) => sentCodes(w, app, email)))
      assert.deepEqual(
        codes.map(({ length }) => length),
        [1, 0, 1],
      )
    }
  })

  test(`${engine}: an entered code by e-mail gives its place back`, async () => {
    const app = await limited({ unverified_emails_per_ip_range: 1 })
    for (const email of ['ada@example.com', 'grace@example.com']) {
      const token = await started(app, NEW, email)
      assert.equal((await checkWith(app, NEW, token, await sentCode(w, app, email))).status, 200)
    }
  })

  test(`${engine}: a network range asks for so many unentered codes by SMS`, async () => {
    for (const [first, same, other] of [
      ['203.0.113.1', '203.0.113.250', '203.0.114.1'],
      ['2001:db8:1:2::1', '2001:db8:1:ff::1', '2001:db8:2::1'],
    ] as const) {
      const app = await limited({ unverified_sms_per_ip_range: 1, unverified_sms_per_country: 2 })
      for (const [i, ip] of [first, same, other].entries()) assertNoContent(await starts(app, french(i), ip))
      assert.deepEqual(await arrivals(app, [0, 1, 2]), [1, 0, 1])
    }
  })

  test(`${engine}: a retry that would be too much is silent, and no code is right any more`, async () => {
    const app = await limited({ unverified_sms_per_country: 1 })
    const token = await started(app, NEW, french(0))
    const code = await sentCode(w, app, french(0))
    assertNoContent(await retryWith(app, NEW, token))
    assert.equal((await sentCodes(w, app, french(0))).length, 1)
    assertRefused(await checkWith(app, NEW, token, code), 'bad_check_code', 'unauthorized')
  })

  test(`${engine}: numbers of a blocked country get no code, and nobody can tell`, async () => {
    const app = await limited({ blocked_countries: ['CA', 'FR'] })
    for (const [number, arrives] of [
      ['+33612345678', 0],
      ['+14165550123', 0],
      ['+12125550123', 1],
    ] as const) {
      const answer = await starts(app, number, '198.51.100.1')
      assertNoContent(answer)
      assert.match(tokenOf(answer), /^vt_/)
      assert.equal((await sentCodes(w, app, number)).length, arrives, number)
    }
  })
}
