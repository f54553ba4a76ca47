import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, sentCode, sentCodes, type TestApp, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import {
  checkWith,
  EMAIL,
  FAMILIES,
  NEW,
  PHONE,
  retryWith,
  started,
  startWith,
  wrongCode,
} from '../../../test/house/codes.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'

const from = (ip: string) => ({ 'x-forwarded-for': ip })
const HOME = '192.0.2.77'
const DAY_MS = 86_400_000

for (const { engine, w } of await stages()) {
  const it = (name: string, run: () => Promise<void>) => test(`${engine}: ${name}`, run)
  const limited = (otp: object) => application(w, { settings: { otp } })
  const arrived = async (app: TestApp, value: string) => (await sentCodes(w, app, value)).length
  const reasons = async (app: TestApp): Promise<(string | null)[]> =>
    (await app.manage('/messages')).body.messages.map(({ reason }: { reason: string | null }) => reason)

  /** Log in by code from a network, which is known from then on. */
  async function logInFrom(app: TestApp, value: string, ip: string): Promise<void> {
    const token = await started(app, NEW, value, from(ip))
    assert.equal((await checkWith(app, NEW, token, await sentCode(w, app, value), from(ip))).status, 200)
  }

  /** Guess wrongly from many networks, with verifications begun one by one. */
  async function guess(app: TestApp, value: string, times: number): Promise<void> {
    for (let i = 0; i < times; i += 5) {
      const token = await started(app, NEW, value, from(`198.51.${i}.1`))
      const code = await sentCode(w, app, value)
      for (let tries = i; tries < Math.min(i + 5, times); tries++)
        assert.equal((await checkWith(app, NEW, token, wrongCode(code), from(`198.51.${i}.2`))).status, 401)
      w.advance(600_000)
    }
  }

  it('a spent budget silences nobody who has proven the number or address, and tells the operator once', async () => {
    const otp = { unverified_sms_per_country: 3, unverified_sms_per_ip_range: 2, unverified_emails_per_ip_range: 1 }
    const app = await limited(otp)
    await user(w, app, { email: EMAIL, phone: PHONE })
    for (const [i, range] of [1, 1, 1, 2, 2, 3].entries())
      assertNoContent(await startWith(app, NEW, `+3361234560${i}`, { headers: from(`198.51.${range}.7`) }))
    for (const name of ['a', 'b', 'c'])
      assertNoContent(await startWith(app, NEW, `${name}@example.com`, { headers: from('198.51.1.8') }))
    // Of numbers: two of the first range, one of the second; then the country is spent, too.
    for (const [i, count] of [1, 1, 0, 1, 0, 0].entries()) assert.equal(await arrived(app, `+3361234560${i}`), count)
    for (const value of [EMAIL, PHONE]) {
      for (const ip of ['198.51.1.9', '203.0.113.9'])
        assertNoContent(await startWith(app, NEW, value, { headers: from(ip) }))
      assert.equal(await arrived(app, value), 2, value)
    }
    await w.drain()
    assert.equal((await reasons(app)).filter((reason) => reason?.startsWith('budget: ')).length, 5)
    const told = (await eventsOf(w, app, 'otp.budget_spent')).map(({ budget, subject, limit }) => [
      budget,
      subject,
      limit,
    ])
    assert.deepEqual(told.sort(), [
      ['email_range', '198.51.1.0/24', 1],
      ['sms_country', 'FR', 3],
      ['sms_range', '198.51.1.0/24', 2],
    ])
    const spent = (await w.deps.metrics.codeBudgets.get()).values
    assert.ok(spent.some(({ labels, value }) => labels.budget === 'sms_country' && value > 0))
    w.advance(3_600_000)
    for (let i = 0; i < 5; i++) await startWith(app, NEW, `+3361234570${i}`, { headers: from(`198.51.${i}.7`) })
    const countries = (await eventsOf(w, app, 'otp.budget_spent')).filter(({ budget }) => budget === 'sms_country')
    assert.equal(countries.length, 2)
  })

  it('codes to proven numbers have a budget of their own by IP range, which strangers elsewhere do not touch', async () => {
    const app = await limited({ unverified_sms_per_ip_range: 2 })
    for (let i = 0; i < 4; i++) await user(w, app, { phone: `+3361234560${i}` })
    for (const [i, ip] of ['198.51.1.1', '198.51.1.2', '198.51.1.3', '198.51.2.1'].entries())
      await startWith(app, NEW, `+3361234560${i}`, { headers: from(ip) })
    for (const [i, count] of [1, 1, 0, 1].entries()) assert.equal(await arrived(app, `+3361234560${i}`), count)
    assert.deepEqual(
      (await eventsOf(w, app, 'otp.budget_spent')).map(({ budget }) => budget),
      ['sms_range_proven'],
    )
  })

  it('a place in the range is not lost to a country that refuses', async () => {
    const app = await limited({ unverified_sms_per_country: 1, unverified_sms_per_ip_range: 2 })
    const ip = '198.51.100.1'
    for (const value of ['+33612345601', '+33612345602', '+33612345603', '+33612345604'])
      await started(app, NEW, value, from(ip))
    await started(app, NEW, '+306912345678', from(ip))
    assert.equal(await arrived(app, '+306912345678'), 1)
    await started(app, NEW, '+4915112345678', from(ip))
    assert.equal(await arrived(app, '+4915112345678'), 0)
  })

  it('one recipient is sent so many codes a day that nobody enters, retries included, and nobody can tell', async () => {
    for (const value of [EMAIL, PHONE]) {
      const app = await limited({ unentered_codes_per_identifier: 4 })
      let token = ''
      for (let i = 0; i < 3; i++) {
        token = await started(app, NEW, value, from(`203.0.${i}.1`))
        await w.drain()
        w.advance(360_000)
      }
      assertNoContent(await retryWith(app, NEW, token))
      assert.equal(await arrived(app, value), 4)
      for (let i = 0; i < 3; i++) {
        assertNoContent(await startWith(app, NEW, value, { headers: from(`203.0.${i}.9`) }))
        await w.drain()
        w.advance(600_000)
      }
      assert.equal(await arrived(app, value), 4)
      assert.ok((await reasons(app)).some((reason) => reason?.startsWith('budget: ')))
      assert.deepEqual(await eventsOf(w, app, 'otp.budget_spent'), [])
      w.advance(DAY_MS)
      await started(app, NEW, value)
      assert.equal(await arrived(app, value), 5)
    }
  })

  it('an entered code gives back all that its messages took, wherever it is entered', async () => {
    const app = await limited({ unentered_codes_per_identifier: 2, unverified_emails_per_ip_range: 2 })
    for (let i = 0; i < 4; i++) {
      const token = await started(app, NEW, EMAIL, from('203.0.113.5'))
      await sentCode(w, app, EMAIL)
      assertNoContent(await retryWith(app, NEW, token, from('203.0.113.6')))
      const code = await sentCode(w, app, EMAIL)
      assert.equal((await checkWith(app, NEW, token, code, from(`198.51.${i}.1`))).status, 200)
      w.advance(60_000)
    }
    assert.equal(await arrived(app, EMAIL), 8)
  })

  it('codes that strangers have sent to a user take none from where the user has logged in', async () => {
    const app = await limited({ unentered_codes_per_identifier: 3, starts_per_identifier: 3 })
    await logInFrom(app, EMAIL, HOME)
    for (let i = 0; i < 4; i++) await startWith(app, NEW, EMAIL, { headers: from(`198.51.${i}.1`) })
    const before = await arrived(app, EMAIL)
    assert.equal((await startWith(app, NEW, EMAIL, { headers: from('198.51.9.1') })).status, 429)
    await logInFrom(app, EMAIL, HOME)
    assert.equal(await arrived(app, EMAIL), before + 1)
  })

  for (const family of FAMILIES) {
    it(`wrong codes of strangers keep nobody out where they have logged in, ${family.name}`, async () => {
      const app = await limited({ wrong_codes_per_identifier: 10, checks_per_ip: 5 })
      await logInFrom(app, EMAIL, HOME)
      await guess(app, EMAIL, 10)
      for (const ip of ['203.0.113.1', '198.51.0.1'])
        assert.equal((await startWith(app, family, EMAIL, { headers: from(ip) })).status, 429)
      // A neighbour in the user's own network, who guesses at somebody else, does not count there either.
      const theirs = await started(app, NEW, 'grace@example.com', from(HOME))
      const other = await sentCode(w, app, 'grace@example.com')
      for (let i = 0; i < 5; i++) await checkWith(app, NEW, theirs, wrongCode(other), from(HOME))
      const token = await started(app, family, EMAIL, from(HOME))
      const code = await sentCode(w, app, EMAIL)
      assertRefused(await checkWith(app, family, token, wrongCode(code), from(HOME)), 'bad_check_code', 'unauthorized')
      assert.equal((await checkWith(app, family, token, code, from(HOME))).status, 200)
    })
  }

  it('a network is known for what was proven there: not for another address, nor after the address is proven anew', async () => {
    const app = await limited({ wrong_codes_per_identifier: 10 })
    const identifier = { type: 'email_address', value: EMAIL }
    await logInFrom(app, EMAIL, HOME)
    await logInFrom(app, 'grace@example.com', '192.0.2.78')
    await guess(app, EMAIL, 10)
    assert.equal((await startWith(app, NEW, EMAIL, { headers: from('192.0.2.78') })).status, 429)
    assertNoContent(await startWith(app, NEW, EMAIL, { headers: from(HOME) }))
    const { users } = (await app.manage('/users')).body
    const { id } = users.find((one: { identifiers: { value: string }[] }) => one.identifiers[0]?.value === EMAIL)
    await app.manage(`/users/${id}/identifiers`, { method: 'DELETE', body: { identifier } })
    await user(w, app, { email: EMAIL })
    assert.equal((await startWith(app, NEW, EMAIL, { headers: from(HOME) })).status, 429)
  })

  it('verifications begun before are guessed at no more than twice as often', async () => {
    const app = await limited({ wrong_codes_per_identifier: 10, starts_per_identifier: 100 })
    await logInFrom(app, EMAIL, HOME)
    const tokens: string[] = []
    for (let i = 0; i < 6; i++) tokens.push(await started(app, NEW, EMAIL, from(`198.51.${i}.1`)))
    const code = await sentCode(w, app, EMAIL)
    const statuses: number[] = []
    for (const [i, token] of tokens.entries())
      for (let tries = 0; tries < 4; tries++)
        statuses.push((await checkWith(app, NEW, token, wrongCode(code), from(`198.51.${i}.1`))).status)
    assert.deepEqual(statuses, [...Array(20).fill(401), ...Array(4).fill(429)])
    assert.equal((await checkWith(app, NEW, tokens[5] ?? '', code, from('198.51.5.1'))).status, 429)
    await logInFrom(app, EMAIL, HOME)
    w.advance(DAY_MS)
    await logInFrom(app, EMAIL, '203.0.113.8')
  })

  it('smaller codes may be guessed at less', async () => {
    const app = await limited({ wrong_codes_per_identifier: 100 })
    await app.manage('/config/login/otp', { body: { channel_type: 'email', code_size: 4 } })
    await guess(app, EMAIL, 10)
    assert.equal((await startWith(app, NEW, EMAIL)).status, 429)
  })

  it('tries of verifications that do not exist keep nobody from a right code', async () => {
    for (const family of FAMILIES) {
      const app = await limited({ checks_per_ip: 3 })
      const headers = from('203.0.113.50')
      const statuses = new Set<number>()
      for (let i = 0; i < 32; i++) {
        const answers = Array.from({ length: 10 }, (_, j) =>
          checkWith(app, family, `vt_made-up${j}`, '123456', headers),
        )
        for (const { status } of await Promise.all(answers)) statuses.add(status)
      }
      assert.deepEqual([...statuses], [401, 429])
      const token = await started(app, family, EMAIL, headers)
      const code = await sentCode(w, app, EMAIL)
      for (let i = 0; i < 2; i++)
        assert.equal((await checkWith(app, family, token, wrongCode(code), headers)).status, 401)
      assert.equal((await checkWith(app, family, token, code, headers)).status, 200)
    }
  })
}
