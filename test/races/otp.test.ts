import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application, dpopKey, send, sentCode, sentCodes, type TestApp, through } from '../builders.ts'
import {
  carrying,
  checkWith,
  claimsIn,
  identifierOf,
  NEW,
  retryWith,
  startWith,
  tokenOf,
  WEB,
  wrongCode,
} from '../house/codes.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [first] = servers

/** Each asks from a network of its own, so that they meet at the verification and not at the limit of an address. */
const from = (i: number) => ({ 'x-forwarded-for': `198.51.${i}.1` })
const at = (app: TestApp, i: number) => through(servers[i % 2] ?? first, app)

const EMAIL = 'ada@example.com'

async function begun(family = NEW as typeof NEW | typeof WEB, value = EMAIL) {
  const app = await application(first)
  const token = tokenOf(await startWith(app, family, value))
  return { app, token, code: await sentCode(first, app, value) }
}

const attemptsOf = async (app: TestApp): Promise<number> => {
  const query = sql<{ attempts: number }>`select attempts from verifications where app_id = ${app.id}`
  return Number((await query.execute(first.deps.db)).rows[0]?.attempts)
}
const usersOf = async (app: TestApp): Promise<number> => (await app.manage('/users')).body.users.length

test('of sixteen checks with the right code one gets the challenge token, and the others come too late', async () => {
  const { app, token, code } = await begun()
  const answers = await race((i) => checkWith(at(app, i), NEW, token, code, from(i)))
  assert.deepEqual(tally(answers), { 200: 1, '409 token_reused': CALLERS - 1 })
  assert.equal(await usersOf(app), 1)
})

test('of sixteen checks with the right code by one key, one starts the session, and all name it', async () => {
  const { app, token, code } = await begun(WEB)
  const key = await dpopKey(first)
  const proofs = await race(() => key.proof(`${app.origin}${WEB.check}`))
  const answers = await race((i) => checkWith(at(app, i), WEB, token, code, { ...from(i), dpop: proofs[i] ?? '' }))
  assert.deepEqual(tally(answers), { 200: CALLERS })
  assert.equal(new Set(answers.map((answer) => claimsIn(answer).sid)).size, 1)
  assert.equal((await eventsOf(first, app, 'user.session.created')).length, 1)
})

test('of sixteen checks with the right code by sixteen keys, one gets a session', async () => {
  const { app, token, code } = await begun(WEB)
  const proofs = await race(async () => (await dpopKey(first)).proof(`${app.origin}${WEB.check}`))
  const answers = await race((i) => checkWith(at(app, i), WEB, token, code, { ...from(i), dpop: proofs[i] ?? '' }))
  // The first opens the session, one other moves it to its key: a browser makes two.
  assert.deepEqual(tally(answers), { 200: 2, '409 token_reused': CALLERS - 2 })
  assert.equal((await eventsOf(first, app, 'user.session.created')).length, 1)
  assert.equal((await eventsOf(first, app, 'user.session.rebound')).length, 1)
})

test('attempts never exceed five, whatever comes at once: then even the right code is wrong', async () => {
  const { app, token, code } = await begun()
  const answers = await race((i) => checkWith(at(app, i), NEW, token, wrongCode(code), from(i)))
  assert.deepEqual(tally(answers), { '401 bad_check_code': CALLERS })
  assert.equal(await attemptsOf(app), 5)
  assert.deepEqual(tally([await checkWith(app, NEW, token, code)]), { '401 bad_check_code': 1 })
})

test('right and wrong codes at once: one winner at most, and never more than five attempts', async () => {
  for (let round = 0; round < 4; round++) {
    const { app, token, code } = await begun()
    const answers = await race((i) => checkWith(at(app, i), NEW, token, i % 2 ? code : wrongCode(code), from(i)))
    const { 200: won = 0, '409 token_reused': late = 0, '401 bad_check_code': wrong = 0, ...others } = tally(answers)
    assert.deepEqual(others, {})
    assert.ok(won <= 1)
    assert.equal(won + late + wrong, CALLERS)
    assert.equal(await attemptsOf(app), 5)
    assert.equal(await usersOf(app), won)
  }
})

test('sixteen first logins of one address, each with a code of its own, make one user', async () => {
  for (const family of [NEW, WEB]) {
    const app = await application(first, { settings: { otp: { starts_per_identifier: 100 } } })
    const tokens: string[] = []
    const codes: string[] = []
    for (let i = 0; i < CALLERS; i++) {
      tokens.push(tokenOf(await startWith(app, family, EMAIL, { headers: from(i) })))
      codes.push(await sentCode(first, app, EMAIL))
    }
    const answers = await race((i) => checkWith(at(app, i), family, tokens[i] ?? '', codes[i], from(i)))
    assert.deepEqual(tally(answers), { 200: CALLERS })
    assert.equal(new Set(answers.map((answer) => claimsIn(answer).sub)).size, 1)
    assert.equal(await usersOf(app), 1)
    assert.equal((await eventsOf(first, app, 'user.created')).length, 1)
  }
})

test('of sixteen retries three send a code', async () => {
  const app = await application(first, { settings: { otp: { starts_per_identifier: 100 } } })
  const token = tokenOf(await startWith(app, NEW, EMAIL))
  const answers = await race((i) => retryWith(at(app, i), NEW, token, from(i)))
  assert.deepEqual(tally(answers), { 204: 3, '429 rate_limited': CALLERS - 3 })
  assert.equal((await sentCodes(first, app, EMAIL)).length, 4)
})

test('checks and retries at once: a code is taken once or not at all, and nothing breaks', async () => {
  for (let round = 0; round < 4; round++) {
    const app = await application(first, { settings: { otp: { starts_per_identifier: 100 } } })
    const phone = '+33612345678'
    const token = tokenOf(await startWith(app, NEW, phone))
    const code = await sentCode(first, app, phone)
    const answers = await race((i) =>
      i % 2 ? checkWith(at(app, i), NEW, token, code, from(i)) : retryWith(at(app, i), NEW, token, from(i)),
    )
    for (const { status } of answers) assert.ok(status < 500, JSON.stringify(tally(answers)))
    assert.ok(answers.filter(({ status }) => status === 200).length <= 1)
  }
})

test('a budget of one is given to one of sixteen starts, and given back by the one who enters the code', async () => {
  const app = await application(first, { settings: { otp: { unverified_sms_per_country: 1 } } })
  const number = (i: number) => `+336123456${String(i).padStart(2, '0')}`
  const starts = await race((i) =>
    send(servers[i % 2] ?? first, NEW.start, {
      body: { identifier: identifierOf(number(i)) },
      headers: { host: app.host, ...from(i) },
    }),
  )
  assert.deepEqual(tally(starts), { 204: CALLERS })
  const entered: number[] = []
  for (let i = 0; i < CALLERS; i++) {
    const [code] = await sentCodes(first, app, number(i))
    if (!code) continue
    entered.push(i)
    const headers = carrying(tokenOf(starts[i] as (typeof starts)[number]))
    assert.equal((await app.call(NEW.check, { body: { code }, headers: { ...headers, ...from(i) } })).status, 200)
  }
  assert.equal(entered.length, 1)
  await startWith(app, NEW, number(20), { headers: from(20) })
  assert.equal((await sentCodes(first, app, number(20))).length, 1)
})

test('of sixteen starts of one client at once all send one code, which is good for one of them', async () => {
  const app = await application(first, { settings: { otp: { starts_per_identifier: 100 } } })
  const starts = await race((i) => startWith(at(app, i), NEW, EMAIL))
  assert.deepEqual(tally(starts), { 204: CALLERS })
  const codes = await sentCodes(first, app, EMAIL)
  assert.deepEqual([codes.length, new Set(codes).size], [CALLERS, 1])
  assert.equal(new Set(starts.map(tokenOf)).size, CALLERS)
  const answers = await race((i) => checkWith(at(app, i), NEW, tokenOf(starts[i] as (typeof starts)[number]), codes[0]))
  assert.deepEqual(tally(answers), { 200: 1, '409 token_reused': CALLERS - 1 })
})

test('sixteen starts that carry one verification keep it, while a code is tried for it', async () => {
  const otp = { starts_per_identifier: 100, unentered_codes_per_identifier: 100 }
  const app = await application(first, { settings: { otp } })
  const token = tokenOf(await startWith(app, NEW, EMAIL))
  const code = await sentCode(first, app, EMAIL)
  const starts = await race((i) => startWith(at(app, i), NEW, EMAIL, { headers: { ...carrying(token), ...from(i) } }))
  assert.deepEqual(new Set(starts.map(tokenOf)), new Set([token]))
  assert.deepEqual(new Set(await sentCodes(first, app, EMAIL)), new Set([code]))
  const answers = await race((i) =>
    i % 2
      ? startWith(at(app, i), NEW, EMAIL, { headers: { ...carrying(token), ...from(i) } })
      : checkWith(at(app, i), NEW, token, code, from(i)),
  )
  const { 200: won, 204: begun, '409 token_reused': late = 0, ...others } = tally(answers)
  assert.deepEqual([won, begun, late, others], [1, CALLERS / 2, CALLERS / 2 - 1, {}])
})

test('of wrong codes for one address at once, from everywhere, twice the bound of a day are judged', async () => {
  const otp = { starts_per_identifier: 100, wrong_codes_per_identifier: 10 }
  const app = await application(first, { settings: { otp } })
  const starts = await race((i) => startWith(at(app, i), NEW, EMAIL, { headers: from(i) }))
  const wrong = wrongCode(await sentCode(first, app, EMAIL))
  const codes = await sentCodes(first, app, EMAIL)
  assert.ok(!codes.includes(wrong))
  const rounds = await race((i) =>
    Promise.all(
      [1, 2].map(() => checkWith(at(app, i), NEW, tokenOf(starts[i] as (typeof starts)[number]), wrong, from(i))),
    ),
  )
  assert.deepEqual(tally(rounds.flat()), { '401 bad_check_code': 20, '429 rate_limited': 12 })
})

test('of sixteen codes to one recipient at once, as many leave as a day has', async () => {
  const otp = { starts_per_identifier: 100, unentered_codes_per_identifier: 3 }
  const app = await application(first, { settings: { otp } })
  const starts = await race((i) => startWith(at(app, i), NEW, EMAIL, { headers: from(i) }))
  assert.deepEqual(tally(starts), { 204: CALLERS })
  assert.equal((await sentCodes(first, app, EMAIL)).length, 3)
})

test('a budget that is spent by many at once is told of once', async () => {
  const app = await application(first, { settings: { otp: { unverified_sms_per_country: 2 } } })
  await race((i) => startWith(at(app, i), NEW, `+336123457${10 + i}`, { headers: from(i) }))
  assert.equal((await eventsOf(first, app, 'otp.budget_spent')).length, 1)
})

test('a code that a country refuses takes no place in its range, however many come at once', async () => {
  const otp = { unverified_sms_per_country: 1, unverified_sms_per_ip_range: 3 }
  const app = await application(first, { settings: { otp } })
  const near = (i: number) => ({ 'x-forwarded-for': `198.51.100.${i}` })
  await race((i) => startWith(at(app, i), NEW, `+336123458${10 + i}`, { headers: near(i) }))
  const others = ['+306912345670', '+4915112345671', '+393312345672']
  for (const [i, number] of others.entries()) await startWith(app, NEW, number, { headers: near(20 + i) })
  const counts: number[] = []
  for (const number of others) counts.push((await sentCodes(first, app, number)).length)
  assert.deepEqual(counts, [1, 1, 0])
})

test('of sixteen configurations that want to be the default at once, one is', async () => {
  const app = await application(first)
  const body = { channel_type: 'email', is_default: true }
  const answers = await race((i) =>
    send(servers[i % 2] ?? first, `/v2/session/apps/${app.id}/config/login/otp`, {
      body,
      headers: { authorization: `Bearer ${app.managementKey}` },
    }),
  )
  assert.deepEqual(tally(answers), { 201: CALLERS })
  const { login_configs } = (await app.manage('/config/login/otp')).body
  assert.equal(login_configs.filter((one: { is_default: boolean }) => one.is_default).length, 1)
})
