import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, user } from '../builders.ts'
import { finalize, openStage, pass, stagedApp, storedSession } from './stage.ts'
import { type Call, lines, newContext, openTab } from './tab.ts'

const HOUR_MS = 3_600_000
const CLOCKS: readonly (readonly [string, number])[] = [
  ['ten months behind', -300 * 24 * HOUR_MS],
  ['five hours ahead', 5 * HOUR_MS],
]

const proofOf = (call: Call | undefined) => claimsOf(call?.request.dpop ?? '')

for (const [difference, clockAheadMs] of CLOCKS) {
  test(`a server whose clock is ${difference} asks for a nonce once, and expiry is still right`, async (t) => {
    const w = await openStage('sqlite', { clockAheadMs })
    const app = await stagedApp(w)
    const tab = await openTab(await newContext(t), app.origin, app.host)
    await pass(w, tab, 0)
    await finalize(w, app, tab, await user(w, app))

    const [asked, answered, ...rest] = await tab.calls()
    assert.equal(rest.length, 0)
    assert.equal(asked?.line, 'POST /login/finalize 400 use_dpop_nonce')
    assert.equal(answered?.line, 'POST /login/finalize 200')
    assert.equal(answered?.body, asked?.body)
    assert.equal(proofOf(asked).nonce, undefined)
    assert.equal(proofOf(answered).nonce, asked?.response['dpop-nonce'])
    assert.notEqual(proofOf(answered).jti, proofOf(asked).jti)

    await pass(w, tab, 55)
    await tab.sdk('refresh')
    assert.deepEqual(await lines(tab), [], 'the access token lives for a minute by either clock')
    await pass(w, tab, 10)
    await tab.sdk('refresh')
    const [refreshed, ...more] = await tab.calls()
    assert.deepEqual([refreshed?.line, more.length], ['POST /refresh 200', 0])
    assert.equal(proofOf(refreshed).nonce, answered?.response['dpop-nonce'])

    await pass(w, tab, 601)
    await tab.sdk('refresh')
    assert.deepEqual(await lines(tab), ['POST /refresh 400 use_dpop_nonce', 'POST /refresh 200'])
    const session = await storedSession(w, app, tab)
    assert.deepEqual([session.counter, session.ended_at], [2, null])
  })
}
