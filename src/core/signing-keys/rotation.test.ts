import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KEY_SCHEDULE, type KeyTimes, planKeys } from './rotation.ts'

const { periodMs, leadMs, tailMs } = KEY_SCHEDULE
const HOUR_MS = 3_600_000

interface Key extends KeyTimes {
  readonly publishedAt: number
}
const FIRST: Key = { generation: 1, activates_at: 0, publishedAt: 0 }
const SECOND: Key = { generation: 2, activates_at: periodMs, publishedAt: periodMs - leadMs }

/** Generations of what a plan names. */
function plan(keys: readonly Key[], now: number) {
  const { signing, published, next, retired } = planKeys(keys, now, KEY_SCHEDULE)
  const generations = (some: readonly Key[]) => some.map((key) => key.generation)
  return { signing: signing?.generation, published: generations(published), next, retired: generations(retired) }
}

test('an application without keys is due its first, which signs at once', () => {
  assert.deepEqual(plan([], 7), {
    signing: undefined,
    published: [],
    next: { generation: 1, activates_at: 7 },
    retired: [],
  })
})

for (const [what, keys, now, expected] of [
  ['a young key signs alone', [FIRST], 0, { signing: 1, published: [1], next: undefined, retired: [] }],
  [
    'a moment before the lead nothing is due',
    [FIRST],
    periodMs - leadMs - 1,
    { signing: 1, published: [1], next: undefined, retired: [] },
  ],
  [
    'the next key is due a lead before its time',
    [FIRST],
    periodMs - leadMs,
    { signing: 1, published: [1], next: { generation: 2, activates_at: periodMs }, retired: [] },
  ],
  [
    'a key made too late still is published for a lead first',
    [FIRST],
    periodMs * 2,
    { signing: 1, published: [1], next: { generation: 2, activates_at: periodMs * 2 + leadMs }, retired: [] },
  ],
  [
    'the next key is shown before it signs',
    [FIRST, SECOND],
    periodMs - 1,
    { signing: 1, published: [1, 2], next: undefined, retired: [] },
  ],
  [
    'in its time it signs, and the old one is still shown',
    [FIRST, SECOND],
    periodMs,
    { signing: 2, published: [2, 1], next: undefined, retired: [] },
  ],
  [
    'until the tail is over',
    [FIRST, SECOND],
    periodMs + tailMs - 1,
    { signing: 2, published: [2, 1], next: undefined, retired: [] },
  ],
  [
    'and then it goes',
    [FIRST, SECOND],
    periodMs + tailMs,
    { signing: 2, published: [2], next: undefined, retired: [1] },
  ],
  [
    'before the time of the first key the first key signs',
    [FIRST],
    -1,
    { signing: 1, published: [1], next: undefined, retired: [] },
  ],
] as const) {
  test(what, () => assert.deepEqual(plan(keys, now), expected))
}

test('the tail outlives every token, and the lead every cached key set', () => {
  const longestTokenMs = HOUR_MS
  assert.ok(tailMs > longestTokenMs)
  assert.ok(leadMs > HOUR_MS)
  assert.ok(periodMs > leadMs + tailMs)
})

/** A history: at each moment the keys are looked at, and at some of them the job runs, once or on two machines. */
const moments = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.nat(2 * HOUR_MS), fc.nat(3 * 24 * HOUR_MS), fc.nat(200 * 24 * HOUR_MS)),
    jobRuns: fc.nat(2),
  }),
  { maxLength: 60 },
)

/** Plays a history. `look` sees the keys stored, the keys ever made, and the time, before and after each run of the job. */
function play(
  history: readonly { afterMs: number; jobRuns: number }[],
  look: (stored: readonly Key[], ever: readonly Key[], now: number) => void,
) {
  let stored: readonly Key[] = [FIRST]
  const ever: Key[] = [FIRST]
  let now = 0
  for (const { afterMs, jobRuns } of history) {
    now += afterMs
    look(stored, ever, now)
    for (let run = 0; run < jobRuns; run++) {
      const { next, retired } = planKeys(stored, now, KEY_SCHEDULE)
      stored = stored.filter((key) => !retired.includes(key))
      if (next) {
        const made = { ...next, publishedAt: now }
        stored = [...stored, made]
        ever.push(made)
      }
      look(stored, ever, now)
    }
  }
}

const always = (look: Parameters<typeof play>[1]) =>
  fc.assert(
    fc.property(moments, (history) => play(history, look)),
    { numRuns: 1000 },
  )

test('at any time exactly one key signs, it is published first, and no key is published twice', () => {
  always((stored, _, now) => {
    const { signing, published } = planKeys(stored, now, KEY_SCHEDULE)
    assert.ok(signing)
    assert.equal(published[0], signing)
    assert.equal(new Set(published).size, published.length)
  })
})

test('every key that could have signed a live token is published', () => {
  always((stored, ever, now) => {
    const { published } = planKeys(stored, now, KEY_SCHEDULE)
    ever.forEach((key, i) => {
      const lastSignedAt = ever[i + 1]?.activates_at ?? Number.POSITIVE_INFINITY
      if (now < lastSignedAt + tailMs) assert.ok(published.includes(key), `generation ${key.generation} at ${now}`)
    })
  })
})

test('every key but the first is published for the lead before it signs', () => {
  always((stored, _, now) => {
    const { signing } = planKeys(stored, now, KEY_SCHEDULE)
    if (signing && signing !== FIRST) assert.ok(now - signing.publishedAt >= leadMs)
  })
})

test('keys follow each other in order, no faster than their period, and the job is content with its own work', () => {
  always((stored, ever, now) => {
    ever.forEach((key, i) => {
      assert.equal(key.generation, i + 1)
      const before = ever[i - 1]
      if (before) assert.ok(key.activates_at - before.activates_at >= periodMs)
    })
    const plan = planKeys(stored, now, KEY_SCHEDULE)
    if (!plan.next) return
    const after = planKeys([...stored, { ...plan.next, publishedAt: now }], now, KEY_SCHEDULE)
    assert.equal(after.next, undefined)
    assert.equal(after.signing, plan.signing)
  })
})
