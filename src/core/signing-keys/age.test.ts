import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agesOf } from './age.ts'
import { KEY_SCHEDULE } from './rotation.ts'
import type { KeyAge } from './store.ts'

const { periodMs, leadMs } = KEY_SCHEDULE

/** Keys of one application and algorithm, that sign from these times on. */
const ring = (app_id: string, times: readonly number[], purpose: KeyAge['purpose'] = 'access_token'): KeyAge[] =>
  times.map((activates_at, i) => ({ app_id, purpose, alg: 'EdDSA', generation: i + 1, activates_at }))

async function* of(...keys: KeyAge[]) {
  yield* keys
}

async function ages(keys: readonly KeyAge[], now: number) {
  return Object.fromEntries(await agesOf(of(...keys), now))
}

test('a key signs since it began to, and is followed a period later', async () => {
  assert.deepEqual(await ages(ring('a', [5]), 9), { access_token: { oldest: 5, next: 5 + periodMs } })
})

test('the next one that is there already says itself when it follows', async () => {
  const now = periodMs - leadMs / 2
  assert.deepEqual(await ages(ring('a', [0, periodMs + 7]), now), { access_token: { oldest: 0, next: periodMs + 7 } })
  const later = { access_token: { oldest: periodMs + 7, next: 2 * periodMs + 7 } }
  assert.deepEqual(await ages(ring('a', [0, periodMs + 7]), periodMs + 8), later)
})

test('of many the oldest and the first are told, each purpose by itself', async () => {
  const keys = [...ring('a', [40]), ...ring('b', [10]), ...ring('b', [30], 'webhook'), ...ring('c', [0, 20])]
  assert.deepEqual(await ages(keys, 50), {
    access_token: { oldest: 10, next: 10 + periodMs },
    webhook: { oldest: 30, next: 30 + periodMs },
  })
})

test('a rotation that stands still is seen: the next key was due long ago', async () => {
  const { access_token } = await ages(ring('a', [0]), 3 * periodMs)
  assert.deepEqual(access_token, { oldest: 0, next: periodMs })
})

test('without keys there is nothing to tell', async () => {
  assert.deepEqual(await ages([], 50), {})
})
