import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breaker } from './breaker.ts'

type Gate = ReturnType<typeof breaker>

const HOOK = 'app https://hook.example.com/'

/** Calls one after the other, each over at once. */
function call(gate: Gate, now: number, healths: readonly boolean[], key = HOOK) {
  for (const healthy of healths) {
    assert.equal(gate.mayCall(key, now), true)
    gate.note(key, healthy, now)
  }
}

const failures = (count: number) => Array.from({ length: count }, () => false)

const CASES: readonly [name: string, calls: readonly boolean[], next: boolean][] = [
  ['nothing has happened', [], true],
  ['four calls failed', failures(4), true],
  ['five calls failed', failures(5), false],
  ['a success came before four failures', [...failures(4), true, ...failures(4)], true],
  ['a success came before five failures', [true, ...failures(5)], false],
]

for (const [name, calls, next] of CASES) {
  test(`the next call ${next ? 'may be made' : 'is not made'} when ${name}`, () => {
    const gate = breaker()
    call(gate, 0, calls)
    assert.equal(gate.mayCall(HOOK, 0), next)
  })
}

test('it stays open for ten seconds, then one call may try', () => {
  const gate = breaker()
  call(gate, 1_000, failures(5))
  assert.equal(gate.mayCall(HOOK, 1_000), false)
  assert.equal(gate.mayCall(HOOK, 10_999), false)
  assert.equal(gate.mayCall(HOOK, 11_000), true)
  assert.equal(gate.mayCall(HOOK, 11_000), false)
  assert.equal(gate.mayCall(HOOK, 15_000), false)
})

test('a trial that succeeds closes it', () => {
  const gate = breaker()
  call(gate, 0, failures(5))
  call(gate, 10_000, [true, ...failures(4)])
  assert.equal(gate.mayCall(HOOK, 10_000), true)
})

test('a trial that fails opens it for ten more seconds, from its end', () => {
  const gate = breaker()
  call(gate, 0, failures(5))
  assert.equal(gate.mayCall(HOOK, 10_000), true)
  gate.note(HOOK, false, 14_000)
  assert.equal(gate.mayCall(HOOK, 23_999), false)
  assert.equal(gate.mayCall(HOOK, 24_000), true)
})

test('a trial that never comes back does not close the way for good', () => {
  const gate = breaker()
  call(gate, 0, failures(5))
  assert.equal(gate.mayCall(HOOK, 10_000), true)
  assert.equal(gate.mayCall(HOOK, 20_000), true)
})

test('each hook is judged for itself', () => {
  const gate = breaker()
  call(gate, 0, failures(5))
  assert.equal(gate.mayCall('other', 0), true)
  assert.equal(gate.mayCall(HOOK, 0), false)
})

test('of more than ten thousand hooks, those that were called last are remembered', () => {
  const gate = breaker()
  call(gate, 0, failures(5), 'old')
  call(gate, 0, failures(5), 'dead')
  for (let i = 0; i < 9_999; i++) call(gate, 0, [true], `hook ${i}`)
  assert.equal(gate.mayCall('dead', 0), false)
  assert.equal(gate.mayCall('old', 0), true)
})
