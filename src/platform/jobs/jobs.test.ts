import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { ENGINES, type World, world } from '../../../test/world.ts'
import { undo } from '../db.ts'
import { type Deps, onBehalfOf } from '../deps.ts'
import { enqueue } from './enqueue.ts'
import { backoffMs, type Job, job, runDueJobs, scheduleJobs } from './jobs.ts'
import { type JobRow, listJobs } from './store.ts'
import { worker } from './worker.ts'

async function rowsOf(w: World, kind: string): Promise<JobRow[]> {
  return (await listJobs(w.deps.db)).filter((row) => row.kind === kind)
}

const linesOf = (w: World) => w.log.map((line) => JSON.parse(line)).map(({ time: _, ...line }) => line)

const put = (w: World, kind: string, payload: unknown = null, delayMs = 0) =>
  w.deps.transact((tx) => enqueue(tx, w.deps, 'app', kind, payload, delayMs))

/** A job that tells of its runs, and fails as long as `fail` says so. */
function recorder(kind: string, more: { everySeconds?: number; maxAttempts?: number; fail?: () => boolean } = {}) {
  const { fail = () => false, ...spec } = more
  const runs: unknown[] = []
  const recorded: Job = job({
    kind,
    payload: z.unknown(),
    ...spec,
    async run(payload) {
      runs.push(payload)
      if (fail()) throw new Error('it broke')
    },
  })
  return { runs, job: recorded }
}

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: a job runs once, with its payload, its application and its id, and is gone`, async () => {
    const seen: unknown[] = []
    const one = job({
      kind: 'plain',
      payload: z.object({ n: z.number() }),
      run: async (payload, context) => void seen.push([payload, context]),
    })
    await put(w, 'plain', { n: 7 })
    const [row] = await rowsOf(w, 'plain')
    await runDueJobs(w.deps, [one])
    await runDueJobs(w.deps, [one])
    assert.deepEqual(seen, [[{ n: 7 }, { appId: 'app', jobId: row?.id }]])
    assert.deepEqual(await rowsOf(w, 'plain'), [])
  })

  test(`${engine}: without its cause there is no job: a rollback takes it away`, async () => {
    await w.deps.transact(async (tx) => {
      await enqueue(tx, w.deps, 'app', 'rolled-back', null)
      return undo(undefined)
    })
    const failing = w.deps.transact(async (tx) => {
      await enqueue(tx, w.deps, 'app', 'rolled-back', null)
      throw new Error('no')
    })
    await assert.rejects(failing)
    assert.deepEqual(await rowsOf(w, 'rolled-back'), [])
  })

  test(`${engine}: a delayed job runs when its time has come, not before`, async () => {
    const { runs, job: one } = recorder('delayed')
    await put(w, 'delayed', null, 5_000)
    w.advance(4_999)
    await runDueJobs(w.deps, [one])
    assert.equal(runs.length, 0)
    w.advance(1)
    await runDueJobs(w.deps, [one])
    assert.equal(runs.length, 1)
  })

  test(`${engine}: a job that fails is tried again after 2 s, then 4 s, and gives its lease back meanwhile`, async () => {
    let broken = true
    const { runs, job: one } = recorder('again', { fail: () => broken })
    await put(w, 'again')
    for (const [attempt, waitMs] of [
      [1, 2_000],
      [2, 4_000],
    ] as const) {
      await runDueJobs(w.deps, [one])
      assert.equal(runs.length, attempt)
      const [row] = await rowsOf(w, 'again')
      assert.equal(row?.attempts, attempt)
      assert.equal(row?.run_at, w.deps.now() + waitMs)
      assert.equal(row?.leased_until, null)
      assert.equal(row?.last_error, 'it broke')
      w.advance(waitMs - 1)
      await runDueJobs(w.deps, [one])
      assert.equal(runs.length, attempt)
      w.advance(1)
    }
    broken = false
    await runDueJobs(w.deps, [one])
    assert.equal(runs.length, 3)
    assert.deepEqual(await rowsOf(w, 'again'), [])
  })

  test(`${engine}: the log says which job of which application failed, and nothing of what it was given`, async () => {
    const { job: one } = recorder('told', { fail: () => true })
    const { job: round } = recorder('told-round', { everySeconds: 60, fail: () => true })
    await put(w, 'told', { secret: 'a-payload' })
    await scheduleJobs(w.deps, [round])
    w.log.splice(0)
    await runDueJobs(w.deps, [one, round])
    const [row] = await rowsOf(w, 'told')
    const lines = linesOf(w).filter(({ msg }) => msg === 'job failed')
    const known = lines.map(({ err, ...members }) => ({ ...members, said: err.message }))
    const common = { level: 'warn', attempts: 1, said: 'it broke', msg: 'job failed' }
    assert.deepEqual(
      known.toSorted((a, b) => a.kind.localeCompare(b.kind)),
      [
        { ...common, job: row?.id, app: 'app', kind: 'told' },
        { ...common, job: 'job_told-round', kind: 'told-round' },
      ],
    )
    assert.ok(!w.log.join().includes('a-payload'))
  })

  test(`${engine}: what a request brings is told as its own: its job, what the job logs, and the job that the job brings`, async () => {
    const onwards = job({
      kind: 'onwards',
      payload: z.null(),
      async run(_payload, { appId }, deps: Deps) {
        deps.log.info('on my way')
        await deps.transact((tx) => enqueue(tx, deps, appId, 'last', null))
      },
    })
    const { job: last } = recorder('last', { fail: () => true })
    const asked = onBehalfOf(w.deps, 'req_"1"')
    await asked.transact((tx) => enqueue(tx, asked, 'app', 'onwards', null))
    await put(w, 'last')
    w.log.splice(0)
    for (let i = 0; i < 2; i++) await runDueJobs(w.deps, [onwards, last])
    const told = linesOf(w).map(({ msg, kind, request_id }) => [msg, kind, request_id])
    assert.deepEqual(
      told.toSorted(),
      [
        ['job failed', 'last', undefined],
        ['job failed', 'last', 'req_"1"'],
        ['on my way', undefined, 'req_"1"'],
      ].toSorted(),
    )
    const of = (await rowsOf(w, 'last')).map(({ request_id }) => request_id)
    assert.deepEqual(new Set(of), new Set([null, 'req_"1"']))
    assert.equal(worker(asked), worker(w.deps))
  })

  test(`${engine}: after its last attempt a job is parked: kept, and not tried again`, async () => {
    const { runs, job: one } = recorder('parked', { maxAttempts: 3, fail: () => true })
    await put(w, 'parked', { keep: 'me' })
    for (let i = 0; i < 6; i++) {
      await runDueJobs(w.deps, [one])
      w.advance(backoffMs(12))
    }
    assert.equal(runs.length, 3)
    const [row] = await rowsOf(w, 'parked')
    assert.equal(row?.last_error, 'it broke')
    assert.equal(row?.leased_until, null)
    assert.notEqual(row?.parked_at, null)
    const { values } = await w.deps.metrics.parked.get()
    assert.deepEqual(values, [{ labels: { kind: 'parked' }, value: 1 }])
    assert.equal(row?.payload, '{"keep":"me"}')
  })

  test(`${engine}: when one run cannot be settled, the others are waited for all the same`, async () => {
    let finished = false
    let calls = 0
    const slow = job({
      kind: 'slow',
      payload: z.null(),
      async run() {
        await new Promise((resolve) => setTimeout(resolve, 60))
        finished = true
      },
    })
    await put(w, 'slow')
    await put(w, 'quick')
    // The first call leases; the second settles the quick run.
    const transact: typeof w.deps.transact = (work) =>
      ++calls === 2 ? Promise.reject(new Error('the database is gone')) : w.deps.transact(work)
    await assert.rejects(runDueJobs({ ...w.deps, transact }, [slow, recorder('quick').job]), /the database is gone/)
    assert.ok(finished)
    assert.deepEqual(await rowsOf(w, 'slow'), [])
    w.advance(61_000)
    await runDueJobs(w.deps, [recorder('quick').job])
    assert.deepEqual(await rowsOf(w, 'quick'), [])
  })

  test(`${engine}: a payload that its job does not take is a failure like another`, async () => {
    const strict = job({ kind: 'strict', payload: z.object({ n: z.number() }), run: async () => assert.fail('it ran') })
    await put(w, 'strict', { n: 'seven' })
    await runDueJobs(w.deps, [strict])
    const [row] = await rowsOf(w, 'strict')
    assert.match(row?.last_error ?? '', /expected number/i)
  })

  test(`${engine}: a recurring job comes round, once per period, however often it is scheduled`, async () => {
    const { runs, job: one } = recorder('round', { everySeconds: 300 })
    await scheduleJobs(w.deps, [one])
    await scheduleJobs(w.deps, [one])
    await runDueJobs(w.deps, [one])
    await scheduleJobs(w.deps, [one])
    await runDueJobs(w.deps, [one])
    assert.equal(runs.length, 1)
    const rows = await rowsOf(w, 'round')
    assert.equal(rows.length, 1)
    assert.equal(rows[0]?.run_at, w.deps.now() + 300_000)
    w.advance(300_000)
    await runDueJobs(w.deps, [one])
    assert.deepEqual(runs, [null, null])
  })

  test(`${engine}: a recurring job that fails comes round all the same, and is never parked`, async () => {
    let broken = true
    const { runs, job: one } = recorder('round-broken', { everySeconds: 60, maxAttempts: 2, fail: () => broken })
    await scheduleJobs(w.deps, [one])
    for (let i = 0; i < 5; i++) {
      await runDueJobs(w.deps, [one])
      w.advance(60_000)
    }
    assert.equal(runs.length, 5)
    assert.equal((await rowsOf(w, 'round-broken'))[0]?.last_error, 'it broke')
    broken = false
    await runDueJobs(w.deps, [one])
    const [row] = await rowsOf(w, 'round-broken')
    assert.equal(row?.last_error, null)
    assert.equal(row?.parked_at, null)
  })

  test(`${engine}: a job of a kind that is unknown here waits for a process that knows it, however long`, async () => {
    const { runs, job: one } = recorder('newer', { maxAttempts: 2, fail: () => runs.length < 2 })
    await put(w, 'newer')
    w.log.splice(0)
    for (let i = 0; i < 15; i++) {
      await runDueJobs(w.deps, [])
      w.advance(backoffMs(12))
    }
    const [row] = await rowsOf(w, 'newer')
    const lines = linesOf(w).filter(({ kind }) => kind === 'newer')
    const line = { level: 'info', job: row?.id, app: 'app', kind: 'newer', msg: 'a job was left to another release' }
    assert.deepEqual(lines, Array(15).fill(line))
    const counted = (await w.deps.metrics.jobs.get()).values.filter(({ labels }) => labels.kind === 'newer')
    assert.deepEqual(counted, [], 'it has neither failed nor is it done')
    assert.equal(row?.parked_at, null)
    assert.equal(row?.leased_until, null)
    await runDueJobs(w.deps, [one])
    assert.equal(runs.length, 1)
    w.advance(backoffMs(12))
    await runDueJobs(w.deps, [one])
    assert.equal(runs.length, 2, 'the waiting has cost it no attempt')
    assert.deepEqual(await rowsOf(w, 'newer'), [])
  })

  test(`${engine}: many due jobs are taken twenty at a time, the oldest first`, async () => {
    const w = await world(engine)
    const { runs, job: one } = recorder('many')
    for (let n = 0; n < 25; n++) await put(w, 'many', n, n)
    w.advance(100)
    assert.equal(await runDueJobs(w.deps, [one]), 20)
    assert.deepEqual(runs.toSorted(), Array.from({ length: 20 }, (_, n) => n).toSorted())
    assert.equal(await runDueJobs(w.deps, [one]), 5)
    assert.equal(await runDueJobs(w.deps, [one]), 0)
    assert.equal(runs.length, 25)
  })
}

test('the wait after a failure doubles from 2 s to at most an hour', () => {
  assert.deepEqual([1, 2, 3, 4].map(backoffMs), [2_000, 4_000, 8_000, 16_000])
  assert.equal(backoffMs(11), 2_048_000)
  assert.equal(backoffMs(12), 3_600_000)
  assert.equal(backoffMs(10_000), 3_600_000)
})
