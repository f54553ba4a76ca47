import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application, sentCode, sentCodes } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import {
  checkWith,
  claimsIn,
  cookieOf,
  EMAIL,
  FAMILIES,
  PHONE,
  retryWith,
  started,
  startWith,
  wrongCode,
} from '../../../test/house/codes.ts'
import { stages } from '../../../test/house/stages.ts'

for (const { engine, w } of await stages()) {
  for (const family of FAMILIES) {
    const it = (name: string, run: () => Promise<void>) => test(`${engine}, ${family.name}: ${name}`, run)

    it('after four wrong codes the right one is good; after five none is', async () => {
      const app = await application(w)
      for (const [wrong, status] of [
        [4, 200],
        [5, 401],
      ] as const) {
        const token = await started(app, family, EMAIL)
        const code = await sentCode(w, app, EMAIL)
        for (let i = 0; i < wrong; i++)
          assertRefused(await checkWith(app, family, token, wrongCode(code)), 'bad_check_code', 'unauthorized')
        const answer = await checkWith(app, family, token, code)
        assert.equal(answer.status, status)
        if (status === 401) assertRefused(answer, 'bad_check_code', 'unauthorized')
      }
    })

    it('a code is good until ten minutes have passed, and not a millisecond more', async () => {
      const app = await application(w)
      for (const [rest, status] of [
        [0, 200],
        [1, 401],
      ] as const) {
        const token = await started(app, family, EMAIL)
        const code = await sentCode(w, app, EMAIL)
        w.advance(600_000 - 2 + rest)
        const answer = await checkWith(app, family, token, code)
        assert.equal(answer.status, status)
        if (status === 401) assertRefused(answer, 'unauthorized', 'unauthorized')
      }
    })

    it('a code of another size is wrong, and text that is no code is none; neither costs a try', async () => {
      const app = await application(w)
      const token = await started(app, family, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      for (let i = 0; i < 4; i++)
        assertRefused(await checkWith(app, family, token, wrongCode(code)), 'bad_check_code', 'unauthorized')
      for (const tried of [`${code}0`, code.slice(1), `${code.slice(0, 3)} ${code.slice(4)}`])
        assertRefused(await checkWith(app, family, token, tried), 'bad_check_code', 'unauthorized')
      for (const tried of ['letter', `${code}.`, `${code.slice(1)}O`, `+${code}`])
        assertRefused(await checkWith(app, family, token, tried), 'bad_request', 'bad_request')
      assert.equal((await checkWith(app, family, token, code)).status, 200)
      assertRefused(await checkWith(app, family, token, code.slice(1)), 'bad_check_code', 'unauthorized')
      assertRefused(await checkWith(app, family, 'vt_unknown', code.slice(1)), 'unauthorized', 'unauthorized')
    })

    it('a code of another verification, another application or another time is wrong', async () => {
      const [app, other] = [await application(w), await application(w)]
      const first = await started(app, family, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      await started(app, family, EMAIL)
      const second = await sentCode(w, app, EMAIL)
      if (second !== code) assertRefused(await checkWith(app, family, first, second), 'bad_check_code', 'unauthorized')
      assertRefused(await checkWith(other, family, first, code), 'unauthorized', 'unauthorized')
      assertRefused(await retryWith(other, family, first), 'unauthorized', 'unauthorized')
      assert.equal((await checkWith(app, family, first, code)).status, 200)
    })

    it('three retries send a code each, the one before no longer good; a fourth is refused', async () => {
      const app = await application(w)
      const token = await started(app, family, PHONE)
      const codes = [await sentCode(w, app, PHONE)]
      for (const call of [{}, { body: '' }, { body: {} }]) {
        const headers = { 'x-verification-token': token }
        const answer = await app.call(family.retry, { method: 'POST', headers, ...call })
        assertNoContent(answer)
        codes.unshift(await sentCode(w, app, PHONE))
      }
      assert.deepEqual(await sentCodes(w, app, PHONE), codes)
      const refused = await retryWith(app, family, token)
      assertRefused(refused, 'rate_limited', 'rate_limited')
      assert.equal(refused.headers.get('retry-after'), '600')
      assert.equal((await sentCodes(w, app, PHONE)).length, 4)
      const [last = '', before = ''] = codes
      if (before !== last) assertRefused(await checkWith(app, family, token, before), 'bad_check_code', 'unauthorized')
      assert.equal((await checkWith(app, family, token, last)).status, 200)
      assertRefused(await retryWith(app, family, token), 'unauthorized', 'unauthorized')
    })

    it('attempts go on counting over retries, and a retry gives no more time', async () => {
      const app = await application(w)
      const token = await started(app, family, EMAIL)
      for (let i = 0; i < 5; i++) {
        const code = await sentCode(w, app, EMAIL)
        assertRefused(await checkWith(app, family, token, wrongCode(code)), 'bad_check_code', 'unauthorized')
        if (i < 3) assertNoContent(await retryWith(app, family, token))
      }
      const spent = await sentCode(w, app, EMAIL)
      assertRefused(await checkWith(app, family, token, spent), 'bad_check_code', 'unauthorized')

      const late = await started(app, family, EMAIL)
      w.advance(500_000)
      assertNoContent(await retryWith(app, family, late))
      const code = await sentCode(w, app, EMAIL)
      w.advance(100_000)
      assertRefused(await checkWith(app, family, late, code), 'unauthorized', 'unauthorized')
      assertRefused(await retryWith(app, family, late), 'unauthorized', 'unauthorized')
    })

    it('the header wins over the cookie, and either alone is enough', async () => {
      const app = await application(w)
      const [first, second] = [await started(app, family, 'first@example.com'), await started(app, family, PHONE)]
      await sentCode(w, app, PHONE)
      assertNoContent(await retryWith(app, family, first, cookieOf(app, second)))
      assert.equal((await sentCodes(w, app, 'first@example.com')).length, 2)
      assert.equal((await sentCodes(w, app, PHONE)).length, 1)
      assertNoContent(await app.call(family.retry, { method: 'POST', headers: cookieOf(app, second) }))
      const code = await sentCode(w, app, PHONE)
      const body = { code }
      assertRefused(
        await checkWith(app, family, 'vt_unknown', code, cookieOf(app, second)),
        'unauthorized',
        'unauthorized',
      )
      const byCookie = await app.call(family.check, { body, headers: cookieOf(app, second) })
      assert.equal(byCookie.status, 200)
      const own = await sentCode(w, app, 'first@example.com')
      assert.equal((await checkWith(app, family, first, own, cookieOf(app, second))).status, 200)
      assert.notEqual(claimsIn(byCookie).sub, undefined)
    })

    it('without a verification there is nothing to check or to send again', async () => {
      const app = await application(w)
      for (const headers of [{}, { 'x-verification-token': '' }, { 'x-verification-token': 'x'.repeat(5000) }]) {
        assertRefused(
          await app.call(family.check, { body: { code: '123456' }, headers }),
          'unauthorized',
          'unauthorized',
        )
        assertRefused(await app.call(family.retry, { method: 'POST', headers }), 'unauthorized', 'unauthorized')
      }
    })

    it('the cookie counts for nothing on a page of somebody else', async () => {
      const app = await application(w)
      const token = await started(app, family, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      for (const from of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        const headers = { ...cookieOf(app, token), ...from }
        const checked = await app.call(family.check, { body: { code }, headers })
        assert.ok(checked.status === 401 || checked.status === 400)
        assertRefused(await app.call(family.retry, { method: 'POST', headers }), 'unauthorized', 'unauthorized')
      }
      assert.equal((await sentCodes(w, app, EMAIL)).length, 1)
      const headers = { ...cookieOf(app, token), origin: app.origin }
      assert.equal((await app.call(family.check, { body: { code }, headers })).status, 200)
    })

    it('another language is answered in that language', async () => {
      const app = await application(w)
      const subjects = new Set<string>()
      for (const language of ['en-GB,en;q=0.9', 'fr-CA, en', 'nonsense!', '*', 'nl, it;q=0.9, ja;q=0.2, en;q=0.1']) {
        await startWith(app, family, EMAIL, { headers: { 'accept-language': language } })
        await w.drain()
        w.advance(1)
        const query = sql<{
          locale: string
        }>`select locale from messages where app_id = ${app.id} order by id desc limit 1`
        subjects.add((await query.execute(w.deps.db)).rows[0]?.locale ?? '')
      }
      assert.deepEqual([...subjects], ['en-GB', 'fr-CA', 'en', 'ja'])
    })
  }

  test(`${engine}: neither code nor token is in the log, in a message or in any answer`, async () => {
    const app = await application(w)
    for (const family of FAMILIES) {
      const start = await startWith(app, family, EMAIL)
      const token = start.headers.get('x-verification-token') ?? ''
      const first = await sentCode(w, app, EMAIL)
      const retried = await retryWith(app, family, token)
      const code = await sentCode(w, app, EMAIL)
      const wrong = await checkWith(app, family, token, wrongCode(code))
      const right = await checkWith(app, family, token, code)
      const again = await checkWith(app, family, token, code)
      const rows = await sql`select * from messages where app_id = ${app.id}`.execute(w.deps.db)
      const stored = await sql`select * from verifications where app_id = ${app.id}`.execute(w.deps.db)
      const jobs = await sql`select payload from jobs where app_id = ${app.id}`.execute(w.deps.db)
      for (const [place, text] of Object.entries({
        log: w.log.join(''),
        messages: JSON.stringify(rows.rows),
        verifications: JSON.stringify(stored.rows),
        jobs: JSON.stringify(jobs.rows),
        answers: JSON.stringify([start, retried, wrong, right, again].map(({ body }) => body)),
      })) {
        for (const secret of [token, first, code]) assert.ok(!new RegExp(`\\b${secret}\\b`).test(text), place)
      }
    }
  })
}
