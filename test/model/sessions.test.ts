import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { application } from '../builders.ts'
import { ENGINES, world } from '../world.ts'
import { backup, bearer, login, pass, refresh, restore, revoke } from './commands.ts'
import {
  checkEvents,
  GRACE_SECONDS,
  IDLE_SECONDS,
  type KeyUsed,
  LIFETIME_SECONDS,
  newSession,
  type Setting,
  UNUSED_SECONDS,
} from './session.ts'

const RUNS = 40
const OUTCOMES = ['rotated', 'repeated', 'restored', 'reused', 'late', 'ended', 'wrong_key']

const key = fc.constantFrom<KeyUsed[]>('own', 'own', 'own', 'own', 'other', 'none')
const back = fc.constantFrom(0, 0, 0, 0, 1, 1, 1, 2, 5, 10, 11, 12)
const lateMs = fc.constantFrom(0, 0, 0, 1_000, 5_000, 60_000)
const honest = fc.record({
  back: fc.constant(0),
  key: fc.constant<KeyUsed>('own'),
  lost: fc.constantFrom(false, false, false, true),
  lateMs: fc.constant(0),
})
const heldUp = fc.record({
  back: fc.constantFrom(1, 2, 3),
  key: fc.constant<KeyUsed>('own'),
  lost: fc.boolean(),
  lateMs: fc.constantFrom(1_000, 60_000),
})
const moments = fc.constantFrom(0, 1_000, 5_000, UNUSED_SECONDS * 1000, UNUSED_SECONDS * 1000 + 1)
const ages = fc.constantFrom(60_000, IDLE_SECONDS * 1000 - 1, IDLE_SECONDS * 1000, LIFETIME_SECONDS * 500)

/** Steps are equally likely: what is to come more often is in the list more often. */
const often = <T>(times: number, one: fc.Arbitrary<T>) => Array<fc.Arbitrary<T>>(times).fill(one)

const steps = fc.commands(
  [
    ...often(6, honest.map(refresh)),
    ...often(2, fc.record({ back, key, lost: fc.boolean(), lateMs }).map(refresh)),
    ...often(2, heldUp.map(refresh)),
    fc.record({ back, key }).map(revoke),
    ...often(2, moments.map(pass)),
    ages.map(pass),
    fc.constant(backup()),
    ...often(4, fc.constant(restore())),
    fc.constant(bearer()),
    ...often(3, fc.constant(login())),
  ],
  { maxCommands: 60, size: 'max' },
)

for (const engine of ENGINES) {
  test(`${engine}: whatever a client, a thief, the clock and a restored backup do, a session answers as the model says`, async () => {
    const w = await world(engine)
    const app = await application(w, {
      settings: {
        sessions: {
          idle_lifetime_seconds: IDLE_SECONDS,
          absolute_lifetime_seconds: LIFETIME_SECONDS,
          refresh_grace_seconds: GRACE_SECONDS,
          unused_successor_seconds: UNUSED_SECONDS,
        },
      },
    })
    const carriers = fc.constantFrom<Setting['carrier'][]>('header', 'cookie')
    await fc.assert(
      fc.asyncProperty(carriers, steps, async (carrier, commands) => {
        const run = await newSession({ w, app, carrier })
        await fc.asyncModelRun(() => run, commands)
        await checkEvents(run)
      }),
      { seed: 7, numRuns: RUNS, interruptAfterTimeLimit: 60_000 },
    )
    const { values } = await w.deps.metrics.refreshes.get()
    for (const outcome of OUTCOMES) {
      const seen = values.find((one) => one.labels.outcome === outcome)?.value ?? 0
      assert.ok(seen > 5, `the runs saw ${outcome} ${seen} times`)
    }
  })
}
