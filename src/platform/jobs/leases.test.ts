import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { ENGINES, type World, world } from '../../../test/world.ts'
import { enqueue } from './enqueue.ts'
import { type Job, job, runDueJobs, scheduleJobs } from './jobs.ts'
import { listJobs } from './store.ts'

const LEASE_MS = 60_000

const rowOf = async (w: World, kind: string) => (await listJobs(w.deps.db)).find((row) => row.kind === kind)

/** A job whose runs wait to be told how they end; the first run is `runs[0]`. */
function gated(kind: string, everySeconds?: number) {
  const runs: PromiseWithResolvers<void>[] = []
  const starts: (() => void)[] = []
  const waiting: Job = job({
    kind,
    payload: z.null(),
    ...(everySeconds && { everySeconds }),
    run() {
      const run = Promise.withResolvers<void>()
      runs.push(run)
      starts.shift()?.()
      return run.promise
    },
  })
  /** Begin to run what is due; resolves when the run has begun. */
  const begin = async (w: World) => {
    const started = new Promise<void>((resolve) => starts.push(resolve))
    const finished = runDueJobs(w.deps, [waiting])
    await started
    return { finished }
  }
  return { runs, job: waiting, begin }
}

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: while a job is leased nobody else runs it; once the lease is over another does, and the first one's end counts for nothing`, async () => {
    const { runs, begin, job: one } = gated('leased')
    await w.deps.transact((tx) => enqueue(tx, w.deps, 'app', 'leased', null))
    const first = await begin(w)
    w.advance(LEASE_MS - 1)
    await runDueJobs(w.deps, [one])
    assert.equal(runs.length, 1)
    w.advance(1)
    const second = await begin(w)
    runs[0]?.resolve()
    await first.finished
    const row = await rowOf(w, 'leased')
    assert.equal(row?.attempts, 2)
    assert.equal(row?.leased_until, w.deps.now() + LEASE_MS, 'the second one’s lease holds')
    runs[1]?.reject(new Error('second broke'))
    await second.finished
    assert.equal((await rowOf(w, 'leased'))?.last_error, 'second broke')
  })

  test(`${engine}: jobs under way do not keep others from their turn`, async () => {
    const { runs, begin } = gated('slow')
    await w.deps.transact(async (tx) => {
      for (let n = 0; n < 20; n++) await enqueue(tx, w.deps, 'app', 'slow', null)
    })
    const first = await begin(w)
    assert.equal(runs.length, 20)
    await w.deps.transact((tx) => enqueue(tx, w.deps, 'app', 'quick', null))
    const ran: string[] = []
    const quick = job({ kind: 'quick', payload: z.null(), run: async (_payload, { jobId }) => void ran.push(jobId) })
    await runDueJobs(w.deps, [quick])
    assert.equal(ran.length, 1)
    for (const run of runs) run.resolve()
    await first.finished
  })

  test(`${engine}: who lost a recurring job's lease long ago cannot take it from a later run`, async () => {
    const { runs, begin, job: one } = gated('round-leased', 60)
    await scheduleJobs(w.deps, [one])
    const first = await begin(w)
    w.advance(LEASE_MS)
    const second = await begin(w)
    runs[1]?.resolve()
    await second.finished
    w.advance(60_000)
    const third = await begin(w)
    runs[0]?.resolve()
    await first.finished
    const row = await rowOf(w, 'round-leased')
    assert.equal(row?.leased_until, w.deps.now() + LEASE_MS)
    runs[2]?.resolve()
    await third.finished
    assert.equal((await rowOf(w, 'round-leased'))?.leased_until, null)
  })
}
