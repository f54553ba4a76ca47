import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BOUNDS } from './db-bounds.ts'
import { watchReadiness } from './db-readiness.ts'

/** What a process sees of its database, and how often it was asked. */
function signs() {
  const asked = { reads: 0, writes: 0 }
  const state = { waitedMs: 0, answer: (): Promise<void> => Promise.resolve() }
  const readiness = watchReadiness(
    {
      read() {
        asked.reads += 1
        return state.answer()
      },
      write() {
        asked.writes += 1
        return state.answer()
      },
      waitedMs: () => state.waitedMs,
    },
    { ...BOUNDS, readinessMs: 40, verdictMs: 30 },
  )
  return { asked, state, readiness }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const fail = () => Promise.reject(new Error('read-only'))

test('the first look writes; what many probes ask meanwhile is asked once', async () => {
  const { asked, readiness } = signs()
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => readiness.judge())), [true, true, true])
  assert.equal(await readiness.judge(), true)
  assert.deepEqual(asked, { reads: 0, writes: 1 })
})

test('after a write that succeeded it is enough to read', async () => {
  const { asked, readiness } = signs()
  readiness.wrote()
  assert.equal(await readiness.judge(), true)
  assert.deepEqual(asked, { reads: 1, writes: 0 })
})

test('after a write that failed the next look writes, and says no until one succeeds', async () => {
  const { asked, state, readiness } = signs()
  readiness.wrote()
  readiness.failed()
  state.answer = fail
  assert.equal(await readiness.judge(), false)
  await pause(35)
  assert.equal(await readiness.judge(), false)
  state.answer = () => Promise.resolve()
  await pause(35)
  assert.equal(await readiness.judge(), true)
  assert.deepEqual(asked, { reads: 0, writes: 3 })
})

test('a database that does not answer is a no, in time, and is not asked again meanwhile', async () => {
  const { asked, state, readiness } = signs()
  const silence = Promise.withResolvers<void>()
  state.answer = () => silence.promise
  assert.equal(await readiness.judge(), false)
  assert.equal(await readiness.judge(), false)
  assert.deepEqual(asked, { reads: 0, writes: 1 })
  silence.resolve()
  await pause(35)
  assert.equal(await readiness.judge(), true)
})

test('updates that wait for seconds are a no, whatever else works', async () => {
  const { state, readiness } = signs()
  state.waitedMs = 2_001
  assert.equal(await readiness.judge(), false)
  state.waitedMs = 1_999
  assert.equal(await readiness.judge(), true)
})
