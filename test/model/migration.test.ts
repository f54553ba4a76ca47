import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { application } from '../builders.ts'
import { ENGINES, world } from '../world.ts'
import {
  bringing,
  changingHere,
  changingThere,
  checkSessions,
  fresh,
  newHistory,
  over,
  passing,
  refreshing,
  signingUp,
} from './migration.ts'

const RUNS = 20
const PEOPLE = 4
const ADDRESSES = 5
const SEEN = [
  'linked',
  'fresh in',
  'over in',
  'over out',
  'refreshing again',
  'refreshing once',
  'signingUp 201',
  'changingHere 201',
]

const n = fc.nat(PEOPLE - 1)
const to = fc.nat(ADDRESSES - 1)

const steps = fc.commands(
  [
    fc.record({ n, isLost: fc.boolean() }).map(fresh),
    n.map(over),
    fc.record({ n, againMs: fc.constantFrom(0, 599_000, 661_000) }).map(refreshing),
    fc.array(n, { minLength: 1, maxLength: PEOPLE }).map(bringing),
    to.map((one) => signingUp([one])),
    fc.uniqueArray(to, { minLength: 2, maxLength: 2 }).map(signingUp),
    fc.record({ n: fc.nat(7), to, keepsOld: fc.boolean() }).map(changingHere),
    fc.record({ n, to }).map(changingThere),
    fc.constantFrom(1_000, 60_000, 86_400_000).map(passing),
  ],
  { maxCommands: 24, size: 'max' },
)

for (const engine of ENGINES) {
  test(`${engine}: whatever happens here and there, nobody ends up in the account of somebody else, and nobody known stays out`, async () => {
    const w = await world(engine)
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(steps, async (commands) => {
        const history = await newHistory(w, await application(w), PEOPLE, seen)
        await fc.asyncModelRun(() => ({ model: {}, real: history }), commands)
        await checkSessions(history)
      }),
      { seed: 7, numRuns: RUNS, interruptAfterTimeLimit: 60_000 },
    )
    for (const outcome of SEEN) assert.ok((seen.get(outcome) ?? 0) > 1, `${outcome}: ${JSON.stringify([...seen])}`)
  })
}
