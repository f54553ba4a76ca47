import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, sentCode, sentCodes, type TestApp } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { directory } from '../applications/directory.ts'
import { checkVerification } from './check.ts'
import { findCarried, type NewVerification, resendCode, type Sending, startVerification } from './verification.ts'

const EMAIL = 'ada@example.com'
const START: NewVerification = {
  identifier: { type: 'email_address', value: EMAIL },
  codeSize: 6,
  template: 'otp',
  sender: '',
  locale: 'en',
  grantedScopes: ['a'],
  codeChallenge: undefined,
  takings: [],
}
const SENT: Sending = { takings: [] }
const SILENT: Sending = { takings: [], silence: 'recipient' }

for (const { engine, w } of await stages()) {
  const start = (app: TestApp, change: Partial<NewVerification> = {}) =>
    w.deps.transact((tx) => startVerification(tx, w.deps, app.id, { ...START, ...change }))
  const check = async ({ id }: TestApp, by: { token: string } | { challengeJti: string }, code: string) => {
    const app = (await directory(w.deps).find(id)) ?? assert.fail()
    const tried = 'token' in by ? { tokens: [by.token] } : by
    return await w.deps.transact((tx) => checkVerification(tx, w.deps, app, tried, { code, ip: '192.0.2.1' }))
  }
  const resend = (app: TestApp, token: string, sending = SENT) =>
    w.deps.transact(async (tx) => {
      const [running] = await findCarried(tx, w.deps, app.id, [token])
      return running ? await resendCode(tx, w.deps, running.row, sending) : 'ended'
    })

  async function started(app: TestApp, change: Partial<NewVerification> = {}): Promise<string> {
    const outcome = await start(app, change)
    assert.ok(outcome.kind === 'started')
    return outcome.token
  }

  test(`${engine}: a challenge has one verification: to start it again is a resend with a new token`, async () => {
    const app = await application(w)
    const challenge = { challengeJti: 'cht_1' }
    const tokens = [await started(app, challenge)]
    const codes = [await sentCode(w, app, EMAIL)]
    for (let i = 0; i < 3; i++) {
      tokens.push(await started(app, challenge))
      codes.push(await sentCode(w, app, EMAIL))
    }
    assert.deepEqual(await start(app, challenge), { kind: 'spent' })
    assert.equal((await sentCodes(w, app, EMAIL)).length, 4)
    assert.equal(new Set(tokens).size, 4)
    assert.deepEqual(await resend(app, tokens[0] ?? ''), 'ended')
    assert.deepEqual(await resend(app, tokens[3] ?? ''), 'spent')
    if (codes[2] !== codes[3]) assert.equal((await check(app, challenge, codes[2] ?? '')).kind, 'wrong')
    assert.equal((await check(app, challenge, codes[3] ?? '')).kind, 'verified')
    assert.equal((await check(app, challenge, codes[3] ?? '')).kind, 'reused')
    assert.deepEqual(await start(app, challenge), { kind: 'spent' })
  })

  test(`${engine}: attempts go on counting when a challenge starts again`, async () => {
    const app = await application(w)
    const challenge = { challengeJti: 'cht_1' }
    const kinds: string[] = []
    for (let i = 0; i < 3; i++) {
      await started(app, challenge)
      for (let tries = 0; tries < 2; tries++) kinds.push((await check(app, challenge, '000000')).kind)
    }
    assert.deepEqual(kinds, ['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 'unjudged'])
    assert.deepEqual(await check(app, challenge, await sentCode(w, app, EMAIL)), { kind: 'unjudged' })
  })

  test(`${engine}: once the code of a challenge has run out, the next start is a new one`, async () => {
    const app = await application(w)
    const challenge = { challengeJti: 'cht_1' }
    for (let i = 0; i < 4; i++) await started(app, challenge)
    w.advance(600_000)
    assert.deepEqual(await check(app, challenge, '000000'), { kind: 'ended' })
    await started(app, challenge)
    assert.equal((await check(app, challenge, await sentCode(w, app, EMAIL))).kind, 'verified')
  })

  test(`${engine}: the code of a challenge is tried by the challenge, never by the token, which resends`, async () => {
    const app = await application(w)
    const token = await started(app, { challengeJti: 'cht_1' })
    await sentCode(w, app, EMAIL)
    assert.deepEqual(await resend(app, token), 'sent')
    const code = await sentCode(w, app, EMAIL)
    assert.deepEqual(await check(app, { token }, code), { kind: 'ended' })
    assert.deepEqual(await check(app, { challengeJti: 'cht_2' }, code), { kind: 'ended' })
    assert.equal((await check(app, { challengeJti: 'cht_1' }, code)).kind, 'verified')
  })

  test(`${engine}: challenges and tokens of one application mean nothing in another`, async () => {
    const [app, other] = [await application(w), await application(w)]
    const challenge = { challengeJti: 'cht_1' }
    await started(app, challenge)
    const code = await sentCode(w, app, EMAIL)
    assert.deepEqual(await check(other, challenge, code), { kind: 'ended' })
    const token = await started(other, challenge)
    assert.deepEqual(await resend(app, token), 'ended')
    assert.equal((await check(app, challenge, code)).kind, 'verified')
  })

  test(`${engine}: whoever starts again with the token of a verification lengthens that one, and nobody else's`, async () => {
    const app = await application(w)
    const other = await started(app, { identifier: { type: 'email_address', value: 'grace@example.com' } })
    const otherCode = await sentCode(w, app, 'grace@example.com')
    w.advance(300_000)
    const token = await started(app)
    const carried = await w.deps.transact((tx) => findCarried(tx, w.deps, app.id, [token]))
    assert.equal(await started(app, { carried }), token)
    assert.equal((await sentCodes(w, app, EMAIL)).length, 2)
    assert.equal((await sentCodes(w, app, 'grace@example.com')).length, 1)
    w.advance(300_000)
    assert.deepEqual(await check(app, { token: other }, otherCode), { kind: 'ended' })
    assert.equal((await check(app, { token }, await sentCode(w, app, EMAIL))).kind, 'verified')
  })

  test(`${engine}: once silent, a verification stays so, however it goes on`, async () => {
    const app = await application(w)
    const challenge = { challengeJti: 'cht_1' }
    await started(app, { ...challenge, ...SILENT })
    await started(app, challenge)
    const token = await started(app, challenge)
    await resend(app, token)
    assert.deepEqual(await sentCodes(w, app, EMAIL), [])
    const loud = await started(app)
    const code = await sentCode(w, app, EMAIL)
    await resend(app, loud, SILENT)
    assert.equal((await check(app, { token: loud }, code)).kind, 'wrong')
    assert.equal((await sentCodes(w, app, EMAIL)).length, 1)
  })

  test(`${engine}: of a silent verification not even the right code is right`, async () => {
    // The code that nobody was sent is known here alone: all its digits are zero.
    const rigged = { ...w.deps, random: (length: number) => new Uint8Array(length) }
    for (const [sending, kind] of [
      [SILENT, 'wrong'],
      [SENT, 'verified'],
    ] as const) {
      const app = await application(w)
      const outcome = await w.deps.transact((tx) => startVerification(tx, rigged, app.id, { ...START, ...sending }))
      assert.ok(outcome.kind === 'started')
      assert.equal((await check(app, outcome, '000000')).kind, kind)
    }
  })
}
