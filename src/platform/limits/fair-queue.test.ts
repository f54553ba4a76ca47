import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fairQueue } from './fair-queue.ts'

const PATIENCE_MS = 2_000
const HERE = ['app', 'network']

function queueAt(clock: { now: number }, slots: number, room: number) {
  return fairQueue({ slots, room, patienceMs: PATIENCE_MS, now: () => clock.now })
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

test('as many run at once as there are slots, the others of one share in the order in which they came', async () => {
  const queue = queueAt({ now: 0 }, 2, 10)
  const began: string[] = []
  const works = ['a', 'b', 'c', 'd', 'e'].map((name) => work(began, name))
  const outcomes = works.map(({ run }) => queue.run(HERE, run))
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
  const outcomes = [queue.run(HERE, first.run), queue.run(HERE, async () => 'b'), queue.run(HERE, async () => 'c')]
  assert.deepEqual(await queue.run(HERE, async () => 'd'), { kind: 'overloaded' })
  first.end()
  assert.deepEqual(
    await Promise.all(outcomes),
    ['a', 'b', 'c'].map((value) => ({ kind: 'done', value })),
  )
  assert.deepEqual(await queue.run(HERE, async () => 'e'), { kind: 'done', value: 'e' })
})

test('whoever has waited too long is turned away before the work begins, and the next goes on', async () => {
  const clock = { now: 0 }
  const queue = queueAt(clock, 1, 10)
  const began: string[] = []
  const first = work(began, 'first')
  const running = queue.run(HERE, first.run)
  const late = queue.run(HERE, work(began, 'late').run)
  clock.now = 1
  const last = work(began, 'in time')
  const inTime = queue.run(HERE, last.run)
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
      queue.run(HERE, () => Promise.reject(new Error('broken'))),
      /broken/,
    )
  assert.deepEqual(await queue.run(HERE, async () => 1), { kind: 'done', value: 1 })
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
          queue.run(HERE, async () => {
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

/** Everybody on one slot that is taken: the order in which they are served. */
async function orderOf(arrivals: readonly (readonly [path: readonly string[], name: string])[], room = 100) {
  const queue = queueAt({ now: 0 }, 1, room)
  const first = work([], 'first')
  const running = queue.run(['first', 'first'], first.run)
  const served: string[] = []
  const outcomes = arrivals.map(([path, name]) => queue.run(path, async () => served.push(name)))
  first.end()
  await running
  const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind)
  return { served, turnedAway: arrivals.flatMap(([, name], i) => (kinds[i] === 'overloaded' ? [name] : [])) }
}

test('applications take turns, and the networks of each, however much any of them asks for', async () => {
  const { served } = await orderOf([
    [['a', 'x'], 'ax1'],
    [['a', 'x'], 'ax2'],
    [['a', 'x'], 'ax3'],
    [['a', 'y'], 'ay1'],
    [['a', 'y'], 'ay2'],
    [['b', 'x'], 'bx1'],
    [['b', 'x'], 'bx2'],
  ])
  assert.deepEqual(served, ['ax1', 'bx1', 'ay1', 'bx2', 'ax2', 'ay2', 'ax3'])
})

test('when there is no room, the last of the share in which most wait is turned away, and nobody of a smaller one', async () => {
  const { served, turnedAway } = await orderOf(
    [
      [['a', 'x'], 'ax1'],
      [['a', 'x'], 'ax2'],
      [['a', 'x'], 'ax3'],
      [['a', 'y'], 'ay1'],
      [['b', 'z'], 'bz1'],
      [['b', 'z'], 'bz2'],
    ],
    3,
  )
  assert.deepEqual(turnedAway, ['ax2', 'ax3', 'bz2'])
  assert.deepEqual(served, ['ax1', 'bz1', 'ay1'])
})

test('a share has no more under way than it may, while another still finds a slot', async () => {
  const queue = fairQueue({ slots: 6, slotsOfShare: [4, 2], room: 10, patienceMs: PATIENCE_MS, now: () => 0 })
  const began: string[] = []
  const works = new Map<string, ReturnType<typeof work>>()
  const ask = (path: readonly string[], name: string) => {
    const one = work(began, name)
    works.set(name, one)
    return queue.run(path, one.run)
  }
  const all = ['ax1', 'ax2', 'ax3', 'ay1', 'ay2', 'az1', 'bx1'].map((name) =>
    ask([name.slice(0, 1), name.slice(1, 2)], name),
  )
  await settled()
  assert.deepEqual(began, ['ax1', 'ax2', 'ay1', 'ay2', 'bx1'])
  works.get('ay1')?.end()
  await settled()
  assert.deepEqual(began.slice(5), ['az1'])
  works.get('ax2')?.end()
  await settled()
  assert.deepEqual(began.slice(6), ['ax3'])
  for (const { end } of works.values()) end()
  assert.deepEqual(new Set((await Promise.all(all)).map(({ kind }) => kind)), new Set(['done']))
})
