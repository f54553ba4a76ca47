import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { world } from '../../../test/world.ts'
import type { Deps } from '../deps.ts'
import { decideLanes, type Lane, type Lanes, laneWorker, wakeLanes } from './lanes.ts'

const lane = (id: string, failing = false): Lane => ({ appId: 'app', id, failing })
const lanesOf = (count: number, failing = false) =>
  Array.from({ length: count }, (_, i) => lane(`${failing}${i}`, failing))

test('ten lanes run at once, each in one slot', () => {
  assert.equal(decideLanes([], lanesOf(20)).length, 10)
  assert.deepEqual(decideLanes(lanesOf(3), lanesOf(5)), lanesOf(5).slice(3))
  assert.deepEqual(decideLanes(lanesOf(10), [lane('other')]), [])
})

test('those that fail leave half of the slots to the others', () => {
  assert.equal(decideLanes([], lanesOf(20, true)).length, 5)
  assert.deepEqual(decideLanes(lanesOf(5, true), [lane('bad', true), lane('good')]), [lane('good')])
})

test('never more than ten, never one twice, never more than five that fail, and nobody is left out who may run', () => {
  const some = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 25 })
  fc.assert(
    fc.property(some, some, (under, found) => {
      const of = (n: number) => lane(String(n), n % 3 === 0)
      const underWay = decideLanes([], under.map(of))
      const all = [...underWay, ...decideLanes(underWay, found.map(of))]
      assert.ok(all.length <= 10)
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length)
      assert.ok(all.filter(({ failing }) => failing).length <= 5)
      const left = found.map(of).filter(({ id }) => !all.some((one) => one.id === id))
      if (all.length < 10) assert.ok(left.every(({ failing }) => failing))
    }),
  )
})

const w = await world('sqlite')
const still = { apis: ['setTimeout' as const] }
const timeout = { timeout: 5_000 }

/** Lanes that have something to do as long as `waiting` names them. */
function fakeLanes(waiting: Set<string>, work: (id: string) => Promise<void>): Lanes {
  const under = new Set<string>()
  return {
    find: async () => [...waiting].filter((id) => !under.has(id)).map((id) => lane(id)),
    async run(_deps, { id }) {
      under.add(id)
      try {
        await work(id)
        waiting.delete(id)
      } finally {
        under.delete(id)
      }
    },
  }
}

async function settle() {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('a commit wakes the worker, a hanging lane holds up no other, and stopping waits for it', timeout, async (t) => {
  t.mock.timers.enable(still)
  const deps: Deps = { ...w.deps }
  const waiting = new Set<string>()
  const ran: string[] = []
  const end = Promise.withResolvers<void>()
  const lanes = fakeLanes(waiting, async (id) => {
    ran.push(id)
    if (id === 'hangs') await end.promise
  })
  laneWorker(deps).start([lanes])
  await settle()
  waiting.add('hangs')
  await deps.transact(async () => wakeLanes(deps))
  await settle()
  waiting.add('quick')
  await deps.transact(async () => wakeLanes(deps))
  await settle()
  assert.deepEqual(ran, ['hangs', 'quick'])
  let stopped = false
  const stopping = laneWorker(deps)
    .stop()
    .then(() => {
      stopped = true
    })
  await settle()
  assert.equal(stopped, false)
  end.resolve()
  await stopping
})

test('a lane that cannot be run is logged, and run again some seconds later', timeout, async (t) => {
  t.mock.timers.enable(still)
  const deps: Deps = { ...w.deps }
  const waiting = new Set(['broken'])
  let runs = 0
  laneWorker(deps).start([
    fakeLanes(waiting, async () => {
      runs += 1
      if (runs === 1) throw new Error('the lane broke')
    }),
  ])
  await settle()
  assert.equal(runs, 1)
  assert.ok(w.log.some((line) => line.includes('the lane broke')))
  t.mock.timers.tick(5_000)
  await settle()
  assert.equal(runs, 2)
  await laneWorker(deps).stop()
})
