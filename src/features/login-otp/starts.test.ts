import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, application, claimsOf, FINALIZE, pkce, sentCode, sentCodes } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import {
  carrying,
  checkWith,
  claimsIn,
  cookieOf,
  EMAIL,
  FAMILIES,
  NEW,
  PHONE,
  retryWith,
  started,
  startWith,
  tokenOf,
  WEB,
  wrongCode,
} from '../../../test/house/codes.ts'
import { stages } from '../../../test/house/stages.ts'

const OTHER = 'grace@example.com'
const from = (ip: string) => ({ 'x-forwarded-for': ip })
/** The tokens in the cookie that an answer sets. */
const cookieIn = (answer: Answer): string =>
  /^__Host-verification-login_\w+=([^;]*)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1] ?? ''

for (const { engine, w } of await stages()) {
  for (const family of FAMILIES) {
    const it = (name: string, run: () => Promise<void>) => test(`${engine}, ${family.name}: ${name}`, run)

    it('a start that carries a verification of the same address keeps it, and sends its code again', async () => {
      for (const carry of ['cookie', 'header'] as const) {
        const app = await application(w)
        const first = await started(app, family, EMAIL, from('198.51.1.1'))
        const code = await sentCode(w, app, EMAIL)
        for (let i = 0; i < 3; i++) await checkWith(app, family, first, wrongCode(code))
        w.advance(540_000)
        const headers = carry === 'cookie' ? cookieOf(app, first) : carrying(first)
        const again = await startWith(app, family, ' ADA@example.com', {
          headers: { ...headers, ...from('203.0.113.7') },
        })
        assertNoContent(again)
        assert.deepEqual([tokenOf(again), cookieIn(again)], [first, first])
        assert.deepEqual(await sentCodes(w, app, EMAIL), [code, code])
        // Ten minutes more, but no more tries.
        w.advance(540_000)
        assertRefused(await checkWith(app, family, first, wrongCode(code)), 'bad_check_code', 'unauthorized')
        assert.equal((await checkWith(app, family, first, code)).status, 200)
      }
    })

    it('whoever has no try or no time left, or has entered the code, starts anew', async () => {
      const app = await application(w)
      const spent = await started(app, family, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      for (let i = 0; i < 5; i++) await checkWith(app, family, spent, wrongCode(code))
      const anew = await started(app, family, EMAIL, cookieOf(app, spent))
      assert.notEqual(anew, spent)
      assert.equal((await checkWith(app, family, anew, await sentCode(w, app, EMAIL))).status, 200)
      const next = await started(app, family, EMAIL, cookieOf(app, anew))
      assert.notEqual(next, anew)
      w.advance(600_000)
      assert.notEqual(await started(app, family, EMAIL, cookieOf(app, next)), next)
    })

    it('the cookie names the last two addresses, and each code leads to its own', async () => {
      const app = await application(w)
      const first = await started(app, family, EMAIL)
      const answer = await startWith(app, family, OTHER, { headers: cookieOf(app, first) })
      assert.equal(cookieIn(answer), `${tokenOf(answer)}.${first}`)
      const both = cookieOf(app, cookieIn(answer))
      const codes = { [EMAIL]: await sentCode(w, app, EMAIL), [OTHER]: await sentCode(w, app, OTHER) }
      const check = (code: unknown, headers: object = both) =>
        app.call(family.check, { body: { code }, headers: { ...headers } })
      const won = await check(codes[EMAIL])
      assert.equal(won.status, 200)
      assert.equal(cookieIn(won), cookieIn(answer))
      assert.equal((await check(codes[OTHER])).status, 200)
      const { users } = (await app.manage('/users')).body
      assert.equal(users.length, 2)

      const third = await startWith(app, family, PHONE, {
        headers: cookieOf(app, `${await started(app, family, OTHER)}.${first}`),
      })
      assert.equal(cookieIn(third).split('.').length, 2)
      assert.ok(cookieIn(third).length < 100)
    })

    it('a wrong code costs each verification of a cookie an attempt, and more than two are not looked at', async () => {
      const app = await application(w)
      const tokens = [
        await started(app, family, EMAIL),
        await started(app, family, OTHER),
        await started(app, family, PHONE),
      ]
      const codes = [await sentCode(w, app, EMAIL), await sentCode(w, app, OTHER), await sentCode(w, app, PHONE)]
      let wrong = '000000'
      while (codes.includes(wrong)) wrong = wrongCode(wrong)
      const check = (code: unknown) =>
        app.call(family.check, { body: { code }, headers: cookieOf(app, tokens.join('.')) })
      for (let i = 0; i < 5; i++) assertRefused(await check(wrong), 'bad_check_code', 'unauthorized')
      for (const code of codes) assertRefused(await check(code), 'bad_check_code', 'unauthorized')
      for (const [i, status] of [401, 401, 200].entries())
        assert.equal((await checkWith(app, family, tokens[i] ?? '', codes[i])).status, status)
    })

    it('the right code of one costs the other nothing', async () => {
      const app = await application(w)
      const [first, second] = [await started(app, family, EMAIL), await started(app, family, OTHER)]
      const [one, other] = [await sentCode(w, app, EMAIL), await sentCode(w, app, OTHER)]
      for (let i = 0; i < 4; i++) await checkWith(app, family, second, wrongCode(other))
      const headers = cookieOf(app, `${second}.${first}`)
      assert.equal((await app.call(family.check, { body: { code: one }, headers })).status, 200)
      assert.equal((await app.call(family.check, { body: { code: other }, headers })).status, 200)
    })

    it('a retry sends the code of the youngest that runs', async () => {
      const app = await application(w)
      const [first, second] = [await started(app, family, EMAIL), await started(app, family, OTHER)]
      const headers = cookieOf(app, `${second}.${first}`)
      const retry = () => {
        w.advance(1)
        return app.call(family.retry, { method: 'POST', headers })
      }
      assertNoContent(await retry())
      assert.equal((await sentCodes(w, app, OTHER)).length, 2)
      assert.equal((await checkWith(app, family, second, await sentCode(w, app, OTHER))).status, 200)
      assertNoContent(await retry())
      assert.equal((await sentCodes(w, app, EMAIL)).length, 2)
    })

    it('two starts of one client that know nothing of each other send one code, good once and by either token', async () => {
      for (const winner of [0, 1]) {
        const app = await application(w)
        const tokens = [await started(app, family, EMAIL)]
        w.advance(59_000)
        tokens.push(await started(app, family, EMAIL))
        const [code, same, ...more] = await sentCodes(w, app, EMAIL)
        assert.deepEqual([same, more], [code, []])
        assert.notEqual(tokens[0], tokens[1])
        // The attempts of each are its own.
        for (const token of tokens)
          for (let i = 0; i < 4; i++) await checkWith(app, family, token, wrongCode(code ?? ''))
        assert.equal((await checkWith(app, family, tokens[winner] ?? '', code)).status, 200)
        assertRefused(await checkWith(app, family, tokens[1 - winner] ?? '', code), 'token_reused', 'conflict')
        assertRefused(await retryWith(app, family, tokens[1 - winner] ?? ''), 'unauthorized', 'unauthorized')
        const late = await started(app, family, EMAIL)
        assert.equal((await checkWith(app, family, late, await sentCode(w, app, EMAIL))).status, 200)
      }
    })

    it('another browser, another network or a minute later has a code of its own', async () => {
      for (const apart of [{ 'user-agent': 'other' }, from('203.0.113.9'), undefined]) {
        const app = await application(w)
        await started(app, family, EMAIL)
        if (!apart) w.advance(60_000)
        await started(app, family, EMAIL, apart)
        assert.equal(new Set(await sentCodes(w, app, EMAIL)).size, 2)
      }
    })

    it('a retry puts a code in the place of one verification’s alone', async () => {
      const app = await application(w)
      const [first, second] = [await started(app, family, EMAIL), await started(app, family, EMAIL)]
      const code = await sentCode(w, app, EMAIL)
      w.advance(1)
      assertNoContent(await retryWith(app, family, second))
      const renewed = await sentCode(w, app, EMAIL)
      assert.notEqual(renewed, code)
      assert.equal((await checkWith(app, family, second, renewed)).status, 200)
      assert.equal((await checkWith(app, family, first, code)).status, 200)
    })

    it('to start again tells nobody who is blocked or unknown', async () => {
      const app = await application(w, { settings: { otp: { sign_up: 'existing_only' } } })
      const token = await started(app, family, EMAIL)
      const again = await startWith(app, family, EMAIL, { headers: carrying(token) })
      assert.equal(tokenOf(again), token)
      assert.deepEqual(await sentCodes(w, app, EMAIL), [])
      // Known by now: the next start sends the code.
      await app.manage('/users', { body: { identifiers: [{ type: 'email_address', value: EMAIL }] } })
      assert.equal(await started(app, family, EMAIL, carrying(token)), token)
      assert.equal((await checkWith(app, family, token, await sentCode(w, app, EMAIL))).status, 200)
    })

    it('a start from a page of somebody else keeps and names nothing', async () => {
      const app = await application(w)
      const token = await started(app, family, EMAIL)
      const headers = { ...cookieOf(app, token), origin: 'https://evil.example' }
      const answer = await startWith(app, family, EMAIL, { headers })
      assert.notEqual(tokenOf(answer), token)
      assert.equal(cookieIn(answer), tokenOf(answer))
    })
  }

  test(`${engine}: a start with another code challenge, or other scopes, is a verification of its own with the same code`, async () => {
    const app = await application(w)
    const [one, other] = [pkce(), pkce()]
    const begin = (challenge: string | undefined, headers = {}) =>
      startWith(app, NEW, EMAIL, { body: { code_challenge: challenge }, headers })
    const first = tokenOf(await begin(one.challenge))
    w.advance(120_000)
    const answer = await begin(other.challenge, cookieOf(app, first))
    assert.equal(cookieIn(answer), `${tokenOf(answer)}.${first}`)
    const codes = await sentCodes(w, app, EMAIL)
    assert.equal(codes[0], codes[1])
    const checked = await app.call(NEW.check, { body: { code: codes[0] }, headers: cookieOf(app, cookieIn(answer)) })
    assert.equal(claimsIn(checked).pkce_challenge, other.challenge)
    const { challenge_token } = checked.body
    assert.equal((await app.call(FINALIZE, { body: { challenge_token, code_verifier: other.verifier } })).status, 200)

    const { login_config } = (
      await app.manage('/config/login/otp', { body: { channel_type: 'email', granted_scopes: ['pay'] } })
    ).body
    const token = await started(app, WEB, EMAIL)
    await app.manage(`/config/login/otp/${login_config.id}`, {
      method: 'PUT',
      body: { channel_type: 'email', granted_scopes: [] },
    })
    const changed = await started(app, WEB, EMAIL, cookieOf(app, token))
    assert.notEqual(changed, token)
    const opened = await checkWith(app, WEB, changed, await sentCode(w, app, EMAIL))
    assert.equal(claimsOf(opened.body.access_token).scope, undefined)
  })
}
