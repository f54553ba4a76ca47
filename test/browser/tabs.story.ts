import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyInstance } from '../../src/platform/http.ts'
import { REFRESH } from '../builders.ts'
import { ENGINES } from '../world.ts'
import { openStage, signIn, stagedApp, storedSession } from './stage.ts'
import { newContext, openTab, type Tab } from './tab.ts'

const ROUNDS = 6

/** Refreshes in both tabs at once; answers the calls they made. */
async function refreshBoth(tabs: readonly Tab[]) {
  await Promise.all(tabs.map((tab) => tab.sdk('invalidateCache')))
  await Promise.all(tabs.map((tab) => tab.sdk('refresh')))
  return (await Promise.all(tabs.map((tab) => tab.calls()))).flat()
}

/** Lets refreshes through in pairs only, once `closed`, so that both of a pair are on their way before either is answered. */
function pairGate() {
  let waiting: (() => void) | undefined
  const gate = {
    closed: false,
    guard(server: FastifyInstance) {
      server.addHook('preHandler', async ({ url }) => {
        if (!gate.closed || url !== REFRESH) return
        if (!waiting) return await new Promise<void>((resolve) => (waiting = resolve))
        waiting()
        waiting = undefined
      })
    },
  }
  return gate
}

for (const engine of ENGINES) {
  test(`${engine}: two tabs that refresh at once take turns by the lock: no token is sent twice`, async (t) => {
    const w = await openStage(engine)
    const app = await stagedApp(w)
    const context = await newContext(t)
    const tabs = [await signIn(w, app, context), await openTab(context, app.origin, app.host)]

    const calls = []
    for (let round = 0; round < ROUNDS; round++) calls.push(...(await refreshBoth(tabs)))
    const { counter, ended_at } = await storedSession(w, app, tabs[1] as Tab)
    assert.ok(calls.length >= ROUNDS)
    assert.deepEqual([counter, ended_at], [calls.length, null])
    assert.equal(new Set(calls.map((call) => call.request['x-refresh-token'])).size, calls.length)
    for (const { line } of calls) assert.equal(line, 'POST /refresh 200')
  })

  const patience = { timeout: 60_000 }
  test(
    `${engine}: two tabs without a lock send the same token at once, and both stay signed in`,
    patience,
    async (t) => {
      const gate = pairGate()
      const w = await openStage(engine, { prepare: gate.guard })
      const app = await stagedApp(w)
      const context = await newContext(t)
      await context.addInitScript(`Object.defineProperty(navigator, 'locks', {
      value: { request: (_name, _options, work) => work(null) },
    })`)
      const tabs = [await signIn(w, app, context), await openTab(context, app.origin, app.host)]

      gate.closed = true
      for (let round = 1; round <= ROUNDS; round++) {
        const [one, two, ...rest] = await refreshBoth(tabs)
        assert.deepEqual([one?.line, two?.line, rest.length], ['POST /refresh 200', 'POST /refresh 200', 0])
        assert.equal(one?.request['x-refresh-token'], two?.request['x-refresh-token'])
        assert.ok(one?.response['x-refresh-token'])
        assert.equal(one.response['x-refresh-token'], two?.response['x-refresh-token'])
        const { counter, ended_at } = await storedSession(w, app, tabs[0] as Tab)
        assert.deepEqual([counter, ended_at], [round, null])
      }
      gate.closed = false
      for (const tab of tabs) {
        await tab.sdk('invalidateCache')
        await tab.sdk('refresh')
        assert.equal((await tab.sdk('listSessions')).total, 1)
      }
    },
  )
}
