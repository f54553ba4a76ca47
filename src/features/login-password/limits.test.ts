import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { logIn, PASSWORD, passwordApp, signUp, userWithPassword, WRONG } from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'

const EMAIL = 'ada@example.com'
const NEW = 'quite another password'
const MINUTE = 60_000_000_000
const bucket = (limit: number) => ({ ttl: MINUTE, limit })

function assertLimited(answer: Answer, retrySeconds: string) {
  assertRefused(answer, 'rate_limited', 'rate_limited')
  assert.equal(answer.headers.get('retry-after'), retrySeconds)
}

for (const { engine, w } of await stages()) {
  test(`${engine}: an address has so many failed logins in a window, for whomever; right ones are not counted`, async () => {
    const app = await passwordApp(w, { rate_limit_login_ip: bucket(3) })
    await userWithPassword(w, app, EMAIL)
    await userWithPassword(w, app, 'bob@example.com')
    const bob = (ip: string) => logIn(app, 'bob@example.com', PASSWORD, ip)
    for (let i = 0; i < 2; i++) assert.equal((await logIn(app, EMAIL, WRONG, '203.0.113.1')).status, 401)
    for (let i = 0; i < 5; i++) assert.equal((await logIn(app, EMAIL, PASSWORD, '203.0.113.1')).status, 200)
    assert.equal((await logIn(app, 'nobody@example.com', WRONG, '203.0.113.1')).status, 401)
    // The world begins five seconds into a minute.
    assertLimited(await bob('203.0.113.1'), '55')
    assert.equal((await bob('203.0.113.2')).status, 200)
    w.advance(54_999)
    assertLimited(await bob('203.0.113.1'), '1')
    w.advance(1)
    assert.equal((await bob('203.0.113.1')).status, 200)
    w.advance(5_000)
  })

  test(`${engine}: an identifier has so many logins in a window, from wherever, known or not, however written`, async () => {
    const app = await passwordApp(w, { rate_limit_login_identifier: bucket(2) })
    await userWithPassword(w, app, EMAIL)
    for (const email of [EMAIL, 'nobody@example.com']) {
      assert.equal((await logIn(app, email, WRONG, '203.0.113.1')).status, 401)
      assert.equal((await logIn(app, email.toUpperCase(), WRONG, '203.0.113.2')).status, 401)
      assertRefused(await logIn(app, email, WRONG, '203.0.113.3'), 'rate_limited', 'rate_limited')
    }
    assertRefused(await logIn(app, EMAIL, PASSWORD, '203.0.113.4'), 'rate_limited', 'rate_limited')
    w.advance(60_000)
    assert.equal((await logIn(app, EMAIL, PASSWORD, '203.0.113.4')).status, 200)
  })

  test(`${engine}: strangers who use up an identifier lock nobody out of where they have logged in before`, async () => {
    const app = await passwordApp(w, { rate_limit_login_identifier: bucket(2) })
    await userWithPassword(w, app, EMAIL)
    const home = (password: string) => logIn(app, EMAIL, password, '203.0.113.7')
    assert.equal((await home(PASSWORD)).status, 200)
    w.advance(60_000)
    for (let i = 0; i < 4; i++) await logIn(app, EMAIL, WRONG, `203.0.113.${i}`)
    assertRefused(await logIn(app, EMAIL, PASSWORD, '203.0.113.8'), 'rate_limited', 'rate_limited')
    assert.equal((await home(PASSWORD)).status, 200)
    for (let i = 0; i < 2; i++) assert.equal((await home(WRONG)).status, 401)
    assertRefused(await home(PASSWORD), 'rate_limited', 'rate_limited')
  })

  test(`${engine}: a place is known by one password: whoever has lost it is a stranger there`, async () => {
    const app = await passwordApp(w, { rate_limit_login_identifier: bucket(1) })
    const userId = await userWithPassword(w, app, EMAIL)
    const home = (password: string) => logIn(app, EMAIL, password, '203.0.113.7')
    assert.equal((await home(PASSWORD)).status, 200)
    const changed = await app.manage(`/users/${userId}/password`, { method: 'PUT', body: { password: NEW } })
    assert.equal(changed.status, 204)
    w.advance(60_000)
    assert.equal((await logIn(app, EMAIL, WRONG, '203.0.113.9')).status, 401)
    assertRefused(await home(PASSWORD), 'rate_limited', 'rate_limited')
    w.advance(60_000)
    assert.equal((await home(NEW)).status, 200)
    assert.equal((await logIn(app, EMAIL, WRONG, '203.0.113.9')).status, 401)
    assert.equal((await home(NEW)).status, 200)
  })

  test(`${engine}: neighbours who use up their network keep nobody from where they have logged in before`, async () => {
    const app = await passwordApp(w, { rate_limit_login_ip: bucket(2) })
    await userWithPassword(w, app, EMAIL)
    const office = (email: string, password: string) => logIn(app, email, password, '203.0.113.7')
    assert.equal((await office(EMAIL, PASSWORD)).status, 200)
    for (let i = 0; i < 2; i++) assert.equal((await office('nobody@example.com', WRONG)).status, 401)
    assertRefused(await office('nobody@example.com', WRONG), 'rate_limited', 'rate_limited')
    assert.equal((await office(EMAIL, PASSWORD)).status, 200)
    for (let i = 0; i < 2; i++) assert.equal((await office(EMAIL, WRONG)).status, 401)
    assertRefused(await office(EMAIL, PASSWORD), 'rate_limited', 'rate_limited')
  })

  test(`${engine}: a customer with many IPv6 networks has the failed logins of ten, and IPv4 neighbours have theirs each`, async () => {
    const app = await passwordApp(w, { rate_limit_login_ip: bucket(1), rate_limit_login_identifier: bucket(100) })
    await userWithPassword(w, app, EMAIL)
    for (let i = 0; i < 10; i++) {
      assert.equal((await logIn(app, EMAIL, WRONG, `2001:db8:7:${i}::1`)).status, 401)
      assert.equal((await logIn(app, EMAIL, WRONG, `198.51.100.${i}`)).status, 401)
    }
    assertRefused(await logIn(app, EMAIL, PASSWORD, '2001:db8:7:ff::1'), 'rate_limited', 'rate_limited')
    assert.equal((await logIn(app, EMAIL, PASSWORD, '2001:db8:8:1::1')).status, 200)
    assert.equal((await logIn(app, EMAIL, PASSWORD, '198.51.100.99')).status, 200)
  })

  test(`${engine}: who has used up an address uses up no identifier`, async () => {
    const app = await passwordApp(w, { rate_limit_login_ip: bucket(1), rate_limit_login_identifier: bucket(2) })
    await userWithPassword(w, app, EMAIL)
    for (let i = 0; i < 5; i++) await logIn(app, EMAIL, WRONG, '203.0.113.1')
    assert.equal((await logIn(app, EMAIL, PASSWORD, '203.0.113.2')).status, 200)
  })

  test(`${engine}: of IPv6 a whole network of a customer counts as one address`, async () => {
    const app = await passwordApp(w, { rate_limit_login_ip: bucket(2) })
    await userWithPassword(w, app, EMAIL)
    assert.equal((await logIn(app, EMAIL, WRONG, '2001:db8:1:2::1')).status, 401)
    assert.equal((await logIn(app, EMAIL, WRONG, '2001:db8:1:2:ffff::2')).status, 401)
    assertRefused(await logIn(app, EMAIL, PASSWORD, '2001:db8:1:2:3::4'), 'rate_limited', 'rate_limited')
    assert.equal((await logIn(app, EMAIL, PASSWORD, '2001:db8:1:3::1')).status, 200)
  })

  test(`${engine}: sign-ups are counted by address, apart from logins`, async () => {
    const app = await passwordApp(w, { rate_limit_login_ip: bucket(2), sign_up_enabled: true })
    assert.equal((await signUp(app, 'a@example.com', PASSWORD, '203.0.113.1')).status, 200)
    assert.equal((await signUp(app, 'b@example.com', 'short', '203.0.113.1')).status, 400)
    const limited = await signUp(app, 'c@example.com', PASSWORD, '203.0.113.1')
    assertRefused(limited, 'rate_limited', 'rate_limited')
    assert.match(limited.headers.get('retry-after') ?? '', /^[1-9]\d?$/)
    assert.equal((await logIn(app, 'a@example.com', PASSWORD, '203.0.113.1')).status, 200)
    assert.equal((await signUp(app, 'c@example.com', PASSWORD, '203.0.113.2')).status, 200)
  })

  test(`${engine}: a window is as long as its nanoseconds say`, async () => {
    const app = await passwordApp(w, { rate_limit_login_ip: { ttl: 7_900_000_000, limit: 1 } })
    // The first moment of a window of seven seconds.
    w.advance(7_000 - (w.deps.now() % 7_000))
    assert.equal((await logIn(app, EMAIL, WRONG, '203.0.113.9')).status, 401)
    assertLimited(await logIn(app, EMAIL, WRONG, '203.0.113.9'), '7')
    w.advance(7_000)
    assert.equal((await logIn(app, EMAIL, WRONG, '203.0.113.9')).status, 401)
  })
}
