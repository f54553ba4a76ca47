import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { rotateKeysJob } from '../../src/core/signing-keys/job.ts'
import { listSigningKeys } from '../../src/core/signing-keys/store.ts'
import { enqueue } from '../../src/platform/jobs/enqueue.ts'
import { job, runDueJobs, scheduleJobs } from '../../src/platform/jobs/jobs.ts'
import { leaseJobs, listJobs } from '../../src/platform/jobs/store.ts'
import { trustedTime } from '../../src/platform/time/trusted.ts'
import { jobs } from '../../src/server.ts'
import { application, login, REFRESH, user } from '../builders.ts'
import { ENGINES, type EngineName, freshDatabase, START, type World, world } from '../world.ts'
import { newest, queue, told } from './messages.ts'
import { eventsOf } from './rows.ts'

// What cannot be undone is not done on the word of one clock, and work to do neither waits nor hastens because a clock was set.

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const context = { appId: '', jobId: '' }

/** A process with a client who is logged in, its jobs run once. */
async function running(engine: EngineName) {
  const w = await world(engine)
  const app = await application(w)
  await scheduleJobs(w.deps, jobs)
  await w.drain()
  const client = await login(w, app, await user(w, app))
  const events = () => eventsOf(w, app, 'user.created')
  return { w, app, client, events }
}

/** Everything that comes round by itself, twice. */
async function sweepTwice(w: World) {
  for (let i = 0; i < 2; i++) {
    w.advance(HOUR_MS / 4)
    await scheduleJobs(w.deps, jobs)
    await w.drain()
  }
}

for (const engine of ENGINES) {
  test(`${engine}: a clock that is three months ahead for a while deletes no session and no event`, async () => {
    const { w, client, events } = await running(engine)
    w.setWallClock(START + 90 * DAY_MS)
    await sweepTwice(w)
    w.setWallClock(w.deps.now() - 90 * DAY_MS)
    await sweepTwice(w)
    assert.equal((await client.post(REFRESH)).status, 200)
    assert.equal((await events()).length, 1)
  })

  test(`${engine}: nor does a process that starts with such a clock`, async () => {
    const { w, client, events } = await running(engine)
    const ahead = await world(engine, { databaseUrl: w.databaseUrl, wallClock: START + 500 * DAY_MS })
    await sweepTwice(ahead)
    assert.equal((await client.post(REFRESH)).status, 200)
    assert.equal((await events()).length, 1)
  })

  test(`${engine}: what died is deleted by processes whose clocks agree`, async () => {
    const { w, events } = await running(engine)
    w.advance(31 * DAY_MS)
    await sweepTwice(w)
    assert.equal((await events()).length, 0)
  })

  test(`${engine}: a clock that is ahead neither makes signing keys nor deletes any`, async () => {
    const { w, app } = await running(engine)
    const kids = async () => (await listSigningKeys(w.deps.db, app.id)).map(({ kid }) => kid)
    const before = await kids()
    for (const days of [89, 95, 300]) {
      w.setWallClock(START + days * DAY_MS)
      await rotateKeysJob.run(null, context, w.deps)
    }
    assert.deepEqual(await kids(), before)
  })

  test(`${engine}: a code that was on its way when the clock was set forward is delivered`, async () => {
    const { w, app } = await running(engine)
    await queue(w, app)
    w.setWallClock(w.deps.now() + 2 * HOUR_MS)
    await w.drain()
    assert.deepEqual(told(await newest(w, app)), ['sent', 'mailbox', null])
  })

  test(`${engine}: a code that was queued while the clock was back is delivered`, async () => {
    const { w, app } = await running(engine)
    w.setWallClock(w.deps.now() - 2 * HOUR_MS)
    await queue(w, app)
    await w.drain()
    assert.deepEqual(told(await newest(w, app)), ['sent', 'mailbox', null])
  })

  for (const setMs of [-7 * HOUR_MS, -(2 / 3) * HOUR_MS, 40 * DAY_MS]) {
    test(`${engine}: a recurring job comes round as ever when the clock is set by ${setMs / 60_000} minutes, and when it is believed`, async () => {
      const w = await world(engine)
      const runs: number[] = []
      const run = async () => void runs.push(w.deps.monotonic())
      const round = job({ kind: 'round', payload: z.null(), everySeconds: 600, run })
      await scheduleJobs(w.deps, [round])
      for (let minute = 0; minute < 200; minute += 5) {
        if (minute === 25) w.setWallClock(w.deps.now() + setMs)
        await scheduleJobs(w.deps, [round])
        await runDueJobs(w.deps, [round])
        w.advance(300_000)
      }
      const pauses = runs.slice(1).map((at, i) => at - (runs[i] ?? 0))
      assert.ok(
        pauses.every((pause) => pause >= 300_000 && pause <= 900_000),
        pauses.join(),
      )
    })
  }

  test(`${engine}: work that is to wait a while waits as long, whatever the clock is set to meanwhile`, async () => {
    const w = await world(engine)
    let runs = 0
    const run = async () => {
      runs += 1
    }
    const late = job({ kind: 'late', payload: z.null(), run })
    for (const setMs of [3 * DAY_MS, -5 * HOUR_MS]) {
      runs = 0
      await w.deps.transact((tx) => enqueue(tx, w.deps, 'app', 'late', null, 1_800_000))
      w.setWallClock(w.deps.now() + setMs)
      w.advance(1_799_999)
      await runDueJobs(w.deps, [late])
      assert.equal(runs, 0)
      w.advance(1)
      await runDueJobs(w.deps, [late])
      assert.equal(runs, 1)
      w.setWallClock(w.deps.now() - setMs)
    }
  })

  test(`${engine}: what a process with a wrong clock left to do, or took for itself, is done by the next`, async () => {
    const databaseUrl = await freshDatabase(engine)
    const ran: string[] = []
    const kinds = ['once', 'later', 'taken', 'round'] as const
    const all = kinds.map((kind) =>
      job({
        kind,
        payload: z.null(),
        ...(kind === 'round' && { everySeconds: 900 }),
        run: async () => void ran.push(kind),
      }),
    )
    const wrong = await world(engine, { databaseUrl, wallClock: START + 200 * DAY_MS })
    await trustedTime(wrong.deps).ask()
    await wrong.deps.transact((tx) => enqueue(tx, wrong.deps, 'app', 'taken', null))
    await wrong.deps.transact((tx) => leaseJobs(tx, wrong.deps.now(), 60_000, 10))
    await scheduleJobs(wrong.deps, all)
    await wrong.deps.transact((tx) => enqueue(tx, wrong.deps, 'app', 'once', null))
    await wrong.deps.transact((tx) => enqueue(tx, wrong.deps, 'app', 'later', null, HOUR_MS))

    const right = await world(engine, { databaseUrl })
    await scheduleJobs(right.deps, all)
    right.advance(900_000)
    await runDueJobs(right.deps, all)
    assert.ok(ran.includes('round') && ran.includes('taken') && ran.includes('once'), ran.join())
    right.advance(HOUR_MS)
    await runDueJobs(right.deps, all)
    assert.deepEqual([...new Set(ran)].toSorted(), [...kinds].toSorted())
    assert.ok((await listJobs(right.deps.db)).every(({ kind }) => kind === 'round'))
  })
}
