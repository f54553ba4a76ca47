import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Client } from '../builders.ts'
import { ENGINES, type EngineName } from '../world.ts'
import { byBackend, byCode, byPassword, type Life, type Moment, newPlace, refreshed, signedIn } from './lives.ts'
import { type Fleet, give, memberOf, newFleet, pass, roll, see, settle, work } from './master-keys.ts'

const RUNS = 2
const PROCESSES: Record<EngineName, number> = { sqlite: 1, postgres: 2 }
/** What the runs must have met for the test to mean anything. */
const SEEN = ['stage 0', 'stage 1', 'stage 2', 'restarted', 'read again', 'kept the old key']

interface Run {
  readonly fleet: Fleet
  readonly lives: readonly { life: Life; moment: Moment }[]
}

type Step = fc.AsyncCommand<object, Run>
const step = (name: string, run: (run: Run) => Promise<void>): Step => ({
  check: () => true,
  run: (_, real) => run(real),
  toString: () => name,
})

async function live(one: Run['lives'][number]): Promise<void> {
  one.moment = (await one.life.next()).value
}

/** Somebody does what they do next, whichever process is asked. */
const living = ({ who, via }: { who: number; via: number }): Step =>
  step(`${who} lives on, by ${via}`, async ({ fleet, lives }) => {
    fleet.via = via
    const one = lives[who % lives.length]
    if (one) await live(one)
  })

const rolling = ({ i, restarts }: { i: number; restarts: boolean }): Step =>
  step(`process ${i} is taken further${restarts ? ' by a restart' : ''}`, ({ fleet }) => roll(fleet, i, restarts))

const working = (i: number): Step => step(`process ${i} works`, ({ fleet }) => work(fleet, i))

const passing = (ms: number): Step => step(`${ms} ms pass`, async ({ fleet }) => pass(fleet, ms))

/** Everybody comes to rest, and an hour goes by in which each does so much: when it is enough, no token of before is left. */
const settling = (times: number): Step =>
  step(`all comes to rest, with ${times} requests each`, async ({ fleet, lives }) => {
    const refreshes = (times: number) =>
      Promise.all(
        lives.map(async (one) => {
          for (let i = 0; i < times || one.moment !== 'rest'; i++) await live(one)
        }),
      )
    await refreshes(0)
    await settle(fleet)
    await refreshes(times)
    await settle(fleet)
  })

const who = fc.nat(4)
const process = fc.nat(1)
const often = <T>(times: number, one: fc.Arbitrary<T>) => Array<fc.Arbitrary<T>>(times).fill(one)
const steps = fc.commands(
  [
    ...often(8, fc.record({ who, via: process }).map(living)),
    ...often(4, fc.record({ i: process, restarts: fc.boolean() }).map(rolling)),
    process.map(working),
    fc.constantFrom(100, 1_000, 5_000).map(passing),
    ...often(2, fc.constantFrom(1, 1, 4).map(settling)),
  ],
  { maxCommands: 90, size: 'max' },
)

for (const engine of ENGINES) {
  test(`${engine}: however the master key is rotated by the guide, nobody is logged out, and nothing under way fails`, async () => {
    const fleet = await newFleet(engine, PROCESSES[engine])
    const place = await newPlace(fleet)
    const lives = [
      byCode(place),
      byCode(place),
      byPassword(place, 'header'),
      byPassword(place, 'cookie'),
      byBackend(place),
    ]
    const real = { fleet, lives: lives.map((life) => ({ life, moment: 'rest' as const })) }
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        await fc.asyncModelRun(() => ({ model: {}, real }), commands)
      }),
      { seed: 13, numRuns: RUNS, endOnFailure: true },
    )
    for (const what of SEEN) assert.ok((fleet.seen.get(what) ?? 0) > 0, `${what}: ${JSON.stringify([...fleet.seen])}`)
  })
}

/** Two processes, of which one is taken through a whole rotation, and on to the next one, without a word to the other. */
for (const engine of ENGINES) {
  test(`${engine}: in an order that the guide forbids requests fail, and no session is over`, async () => {
    const fleet = await newFleet(engine, 2)
    const place = await newPlace(fleet)
    const clients = await Promise.all(
      (['header', 'cookie'] as const).map(async (carrier) => await signedIn(place, carrier)),
    )
    const ahead = memberOf(fleet, 0)
    const late = memberOf(fleet, 1)
    const refreshes = fc.array(fc.record({ who: fc.nat(1), via: fc.nat(1), lost: fc.boolean() }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.boolean(), refreshes, refreshes, async (restarts, before, after) => {
        const statuses = async (list: typeof before) => {
          for (const { who, via, lost } of list) {
            fleet.via = via
            const status = await refreshed(place, clients[who % 2] as Client, lost)
            see(fleet, `${status}`)
            assert.ok(status === 200 || status === 500, `${status}`)
          }
        }
        await statuses(before)
        await give(fleet, ahead, ahead.stage + 2, restarts)
        await statuses(after)
        await give(fleet, late, ahead.stage, restarts)
        await settle(fleet)
        for (let i = 0; i < 3; i++) {
          fleet.via = i
          for (const client of clients) assert.equal(await refreshed(place, client, false), 200)
        }
        await settle(fleet)
        for (const member of fleet.members) await give(fleet, member, member.stage + 1, restarts)
      }),
      { seed: 17, numRuns: 4, endOnFailure: true },
    )
    for (const what of ['200', '500']) assert.ok((fleet.seen.get(what) ?? 0) > 1, JSON.stringify([...fleet.seen]))
  })
}
