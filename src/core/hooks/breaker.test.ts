import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breaker } from './breaker.ts'

type Gate = ReturnType<typeof breaker>

const HOOK = 'app https://hook.example.com/'

/** Calls one after the other, each over at once. */
function call(gate: Gate, now: number, healths: readonly boolean[], key = HOOK) {
  for (const healthy of healths) {
    assert.equal(gate.enter(key, now), 'admitted')
    gate.leave(key, healthy, now)
  }
}

const failures = (count: number) => Array.from({ length: count }, () => false)

const CASES: readonly [name: string, calls: readonly boolean[], next: 'admitted' | 'open'][] = [
  ['nothing has happened', [], 'admitted'],
  ['four calls failed', failures(4), 'admitted'],
  ['five calls failed', failures(5), 'open'],
  ['a success came before four failures', [...failures(4), true, ...failures(4)], 'admitted'],
  ['a success came before five failures', [true, ...failures(5)], 'open'],
]

for (const [name, calls, next] of CASES) {
  test(`the next call is ${next} when ${name}`, () => {
    const gate = breaker()
    call(gate, 0, calls)
    assert.equal(gate.enter(HOOK, 0), next)
  })
}

test('it stays open for ten seconds, then one call may try', () => {
  const gate = breaker()
  call(gate, 1_000, failures(5))
  assert.equal(gate.enter(HOOK, 1_000), 'open')
  assert.equal(gate.enter(HOOK, 10_999), 'open')
  assert.equal(gate.enter(HOOK, 11_000), 'admitted')
  assert.equal(gate.enter(HOOK, 11_000), 'open')
  assert.equal(gate.enter(HOOK, 15_000), 'open')
})

test('a trial that succeeds closes it', () => {
  const gate = breaker()
  call(gate, 0, failures(5))
  call(gate, 10_000, [true, ...failures(4)])
  assert.equal(gate.enter(HOOK, 10_000), 'admitted')
})

test('a trial that fails opens it for ten more seconds, from its end', () => {
  const gate = breaker()
  call(gate, 0, failures(5))
  assert.equal(gate.enter(HOOK, 10_000), 'admitted')
  gate.leave(HOOK, false, 14_000)
  assert.equal(gate.enter(HOOK, 23_999), 'open')
  assert.equal(gate.enter(HOOK, 24_000), 'admitted')
})

test('a trial that never comes back does not close the way for good', () => {
  const gate = breaker()
  call(gate, 0, failures(5))
  assert.equal(gate.enter(HOOK, 10_000), 'admitted')
  assert.equal(gate.enter(HOOK, 20_000), 'admitted')
})

test('at most 64 calls are under way at once', () => {
  const gate = breaker()
  for (let i = 0; i < 64; i++) assert.equal(gate.enter(HOOK, 0), 'admitted')
  assert.equal(gate.enter(HOOK, 0), 'full')
  gate.leave(HOOK, true, 0)
  assert.equal(gate.enter(HOOK, 0), 'admitted')
  assert.equal(gate.enter(HOOK, 0), 'full')
})

test('each hook is judged for itself', () => {
  const gate = breaker()
  call(gate, 0, failures(5))
  for (let i = 0; i < 64; i++) assert.equal(gate.enter('busy', 0), 'admitted')
  assert.equal(gate.enter('other', 0), 'admitted')
})

test('with ten thousand hooks remembered, those at rest are forgotten, and none with calls under way', () => {
  const gate = breaker()
  for (let i = 0; i < 64; i++) gate.enter('busy', 0)
  call(gate, 0, failures(5), 'dead')
  for (let i = 0; i < 9_999; i++) call(gate, 0, [true], `hook ${i}`)
  assert.equal(gate.enter('busy', 0), 'full')
  assert.equal(gate.enter('dead', 0), 'admitted')
})
