import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundedQueue } from './queue.ts'

const PATIENCE_MS = 2_000

function queueAt(clock: { now: number }, slots: number, room: number) {
  return boundedQueue({ slots, room, patienceMs: PATIENCE_MS, now: () => clock.now })
}

/** Work that goes on until it is told to end, and says when it began. */
function work(began: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<string>()
  const run = () => {
    began.push(name)
    return promise
  }
  return { run, end: () => resolve(name) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('as many run at once as there are slots, the others in the order in which they came', async () => {
  const queue = queueAt({ now: 0 }, 2, 10)
  const began: string[] = []
  const works = ['a', 'b', 'c', 'd', 'e'].map((name) => work(began, name))
  const outcomes = works.map(({ run }) => queue.run(run))
  await settled()
  assert.deepEqual(began, ['a', 'b'])
  works[1]?.end()
  await settled()
  assert.deepEqual(began, ['a', 'b', 'c'])
  works[0]?.end()
  works[2]?.end()
  await settled()
  assert.deepEqual(began, ['a', 'b', 'c', 'd', 'e'])
  for (const { end } of works) end()
  assert.deepEqual(
    await Promise.all(outcomes),
    ['a', 'b', 'c', 'd', 'e'].map((value) => ({ kind: 'done', value })),
  )
})

test('whoever finds no room is turned away at once', async () => {
  const queue = queueAt({ now: 0 }, 1, 2)
  const first = work([], 'a')
  const outcomes = [queue.run(first.run), queue.run(async () => 'b'), queue.run(async () => 'c')]
  assert.deepEqual(await queue.run(async () => 'd'), { kind: 'overloaded' })
  first.end()
  assert.deepEqual(
    await Promise.all(outcomes),
    ['a', 'b', 'c'].map((value) => ({ kind: 'done', value })),
  )
  assert.deepEqual(await queue.run(async () => 'e'), { kind: 'done', value: 'e' })
})

test('whoever has waited too long is turned away before the work begins, and the next goes on', async () => {
  const clock = { now: 0 }
  const queue = queueAt(clock, 1, 10)
  const began: string[] = []
  const first = work(began, 'first')
  const running = queue.run(first.run)
  const late = queue.run(work(began, 'late').run)
  clock.now = 1
  const last = work(began, 'in time')
  const inTime = queue.run(last.run)
  clock.now = PATIENCE_MS + 1
  first.end()
  await running
  assert.deepEqual(await late, { kind: 'overloaded' })
  await settled()
  assert.deepEqual(began, ['first', 'in time'])
  last.end()
  assert.equal((await inTime).kind, 'done')
})

test('work that fails gives its slot back', async () => {
  const queue = queueAt({ now: 0 }, 1, 0)
  for (let i = 0; i < 3; i++)
    await assert.rejects(
      queue.run(() => Promise.reject(new Error('broken'))),
      /broken/,
    )
  assert.deepEqual(await queue.run(async () => 1), { kind: 'done', value: 1 })
})

test('never more at once than slots, never more waiting than room, and everybody is answered', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.nat(6),
      fc.array(fc.nat(3), { maxLength: 40 }),
      async (slots, room, turns) => {
        const queue = queueAt({ now: 0 }, slots, room)
        let underWay = 0
        let most = 0
        const outcomes = turns.map((turnsTaken) =>
          queue.run(async () => {
            underWay += 1
            most = Math.max(most, underWay)
            for (let i = 0; i < turnsTaken; i++) await settled()
            underWay -= 1
          }),
        )
        const done = (await Promise.all(outcomes)).filter(({ kind }) => kind === 'done').length
        assert.ok(most <= slots)
        // All came at once, so those who found a slot or room are exactly as many as there are.
        assert.equal(done, Math.min(turns.length, slots + room))
      },
    ),
    { numRuns: 100 },
  )
})
