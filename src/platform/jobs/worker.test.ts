import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { world } from '../../../test/world.ts'
import type { Deps } from '../deps.ts'
import { enqueue, enqueueApart } from './enqueue.ts'
import { type Job, job, runDueJobs } from './jobs.ts'
import { listJobs } from './store.ts'
import { worker } from './worker.ts'

const w = await world('sqlite')

/** A process of its own on the shared database: it has its own worker. */
const newProcess = (more: Partial<Deps> = {}): Deps => ({ ...w.deps, ...more })

const put = (deps: Deps, kind: string, delayMs = 0, appId = 'app') =>
  deps.transact((tx) => enqueue(tx, deps, appId, kind, null, delayMs))

/** A job that tells how often it ran, and whose runs last until `end` settles. */
function recorder(kind: string, end: Promise<void> = Promise.resolve()) {
  const ran = Promise.withResolvers<void>()
  const seen = { runs: 0, ran: ran.promise }
  const recorded: Job = job({
    kind,
    payload: z.null(),
    async run() {
      seen.runs += 1
      ran.resolve()
      await end
    },
  })
  return { seen, job: recorded }
}

/** Long enough for everything that waits for no timer. */
async function settle() {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Nothing wakes a sleeping worker then but a nudge or `tick`. */
const still = { apis: ['setTimeout' as const] }
const timeout = { timeout: 5_000 }

test('a commit wakes the worker for the job it brings', timeout, async (t) => {
  t.mock.timers.enable(still)
  const deps = newProcess()
  const { seen, job: one } = recorder('woken')
  worker(deps).start([one])
  await settle()
  await put(deps, 'woken')
  await seen.ran
  await worker(deps).stop()
  assert.equal(seen.runs, 1)
})

test('a job is not run before its transaction commits', timeout, async (t) => {
  t.mock.timers.enable(still)
  const deps = newProcess()
  const { seen, job: one } = recorder('uncommitted')
  worker(deps).start([one])
  await settle()
  await deps.transact(async (tx) => {
    await enqueue(tx, deps, 'app', 'uncommitted', null)
    await settle()
    assert.equal(seen.runs, 0)
  })
  await seen.ran
  await worker(deps).stop()
})

test('a commit is not missed by a worker that is just about to sleep', timeout, async (t) => {
  t.mock.timers.enable(still)
  let lookedAhead = 0
  const db = w.deps.db.withPlugin({
    transformQuery: ({ node }) => node,
    // Between the look for the next due job and the sleep, a job comes in.
    async transformResult({ result }) {
      lookedAhead += 1
      if (lookedAhead === 1) await put(deps, 'just-in-time')
      return result
    },
  })
  const deps: Deps = newProcess({ db })
  const { seen, job: one } = recorder('just-in-time')
  worker(deps).start([one])
  await seen.ran
  await worker(deps).stop()
  assert.equal(seen.runs, 1)
})

test('a worker sleeps until the next job is due', timeout, async (t) => {
  t.mock.timers.enable(still)
  const deps = newProcess()
  const { seen, job: one } = recorder('due')
  await put(deps, 'due', 2_000)
  worker(deps).start([one])
  await settle()
  w.advance(2_000)
  t.mock.timers.tick(1_999)
  await settle()
  assert.equal(seen.runs, 0)
  t.mock.timers.tick(1)
  await seen.ran
  await worker(deps).stop()
})

test(
  'work apart from its cause begins 50 to 250 ms after the commit, at no moment that can be foreseen',
  timeout,
  async (t) => {
    t.mock.timers.enable(still)
    const moments: number[] = []
    for (const drawn of [0, 128, 255]) {
      const random = (length: number) => (length === 2 ? new Uint8Array(2).fill(drawn) : w.deps.random(length))
      const deps = newProcess({ random })
      const { seen, job: one } = recorder(`apart-${drawn}`)
      worker(deps).start([one])
      await settle()
      await deps.transact((tx) => enqueueApart(tx, deps, 'app', `apart-${drawn}`, null))
      await settle()
      for (let ms = 0; ms <= 250 && seen.runs === 0; ms += 10) {
        t.mock.timers.tick(10)
        await settle()
        moments.push(...(seen.runs > 0 ? [ms + 10] : []))
      }
      await worker(deps).stop()
    }
    assert.deepEqual(moments, [50, 160, 250])
  },
)

test('what another process enqueues is seen within five seconds', timeout, async (t) => {
  t.mock.timers.enable(still)
  const deps = newProcess()
  const { seen, job: one } = recorder('elsewhere')
  worker(deps).start([one])
  await settle()
  await put(newProcess(), 'elsewhere')
  await settle()
  assert.equal(seen.runs, 0)
  t.mock.timers.tick(5_000)
  await seen.ran
  await worker(deps).stop()
})

test('stopping waits for the job under way, leaves no lease behind, and begins no other', timeout, async (t) => {
  t.mock.timers.enable(still)
  const deps = newProcess()
  const end = Promise.withResolvers<void>()
  const first = recorder('under-way', end.promise)
  const second = recorder('left-over')
  await put(deps, 'under-way')
  worker(deps).start([first.job, second.job])
  await first.seen.ran
  let stopped = false
  const stopping = worker(deps)
    .stop()
    .then(() => {
      stopped = true
    })
  await put(deps, 'left-over')
  await settle()
  assert.equal(stopped, false)
  end.resolve()
  await stopping
  assert.equal(second.seen.runs, 0)
  const left = await listJobs(w.deps.db)
  assert.deepEqual(
    left.map(({ kind, leased_until }) => [kind, leased_until]),
    [['left-over', null]],
  )
  await runDueJobs(deps, [second.job])
})

test(
  'a slow job holds up none that comes after it, and a full worker goes on with the first slot that is free',
  timeout,
  async (t) => {
    t.mock.timers.enable(still)
    const deps = newProcess()
    const end = Promise.withResolvers<void>()
    const slow = recorder('slow', end.promise)
    const quick = recorder('quick')
    await put(deps, 'slow')
    worker(deps).start([slow.job, quick.job])
    await slow.seen.ran
    await put(deps, 'quick')
    await quick.seen.ran
    for (let i = 0; i < 20; i++) await put(deps, 'slow')
    while (slow.seen.runs < 20) await settle()
    await put(deps, 'quick')
    await settle()
    assert.equal(quick.seen.runs, 1)
    end.resolve()
    while (quick.seen.runs < 2) await settle()
    await worker(deps).stop()
    assert.equal(slow.seen.runs, 21)
  },
)

test('the jobs of one application leave room for those of others', timeout, async (t) => {
  t.mock.timers.enable(still)
  const { promise, resolve } = Promise.withResolvers<void>()
  const deps = newProcess()
  const slow = recorder('slow-application', promise)
  const other = recorder('other-application')
  for (let i = 0; i < 30; i++) await put(deps, 'slow-application', 0, 'slow')
  worker(deps).start([slow.job, other.job])
  while (slow.seen.runs < 20) await settle()
  await put(deps, 'other-application', 0, 'other')
  await other.seen.ran
  assert.equal(slow.seen.runs, 20)
  resolve()
  while (slow.seen.runs < 30) await settle()
  await worker(deps).stop()
})

test('a worker that sleeps or was never started stops at once', timeout, async (t) => {
  t.mock.timers.enable(still)
  const deps = newProcess()
  worker(deps).start([recorder('none').job])
  await settle()
  await worker(deps).stop()
  await worker(newProcess()).stop()
})

test('a database out of reach is logged, and the worker goes on when it is back', timeout, async (t) => {
  t.mock.timers.enable(still)
  let away = true
  const deps = newProcess({
    transact: (work) => (away ? Promise.reject(new Error('the database is away')) : w.deps.transact(work)),
  })
  const { seen, job: one } = recorder('back')
  worker(deps).start([one])
  await settle()
  assert.equal(seen.runs, 0)
  assert.ok(w.log.some((line) => line.includes('the database is away')))
  away = false
  await put(deps, 'back')
  await seen.ran
  await worker(deps).stop()
})
