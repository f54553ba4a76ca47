import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { move } from '../../src/cli/move.ts'
import { application, type TestApp, through } from '../builders.ts'
import { emptyDatabase } from '../cli/antiphon.ts'
import { copyOf } from '../house/copies.ts'
import { ENGINES, type EngineName, START, type World, world } from '../world.ts'
import { bearer, pass, refresh, revoke } from './commands.ts'
import {
  checkEvents,
  GRACE_SECONDS,
  IDLE_SECONDS,
  LIFETIME_SECONDS,
  type Model,
  newSession,
  type Real,
  type Setting,
  UNUSED_SECONDS,
} from './session.ts'

const RUNS = 2
const SESSIONS = 8

const folder = mkdtempSync(join(tmpdir(), 'antiphon-moves-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let made = 0

const honest = fc.record({
  back: fc.constant(0),
  key: fc.constant('own' as const),
  lost: fc.boolean(),
  lateMs: fc.constant(0),
})
const steps = fc.commands(
  [
    honest.map(refresh),
    honest.map(refresh),
    fc.constantFrom(0, 1_000, 5_000).map(pass),
    fc.constant(bearer()),
    fc.constant(revoke({ back: 0, key: 'own' })),
  ],
  { maxCommands: 8 },
)
/** What one client does before a move, between two of them and afterwards; whether its last answer before each is lost. */
const life = fc.record({
  carrier: fc.constantFrom<Setting['carrier'][]>('header', 'cookie'),
  parts: fc.tuple(steps, steps, steps),
  loses: fc.boolean(),
})

/** Stop the server, move everything, and start it on the other engine at the same moment. Nobody wrote in between. */
async function moved(w: World, from: EngineName, to: EngineName): Promise<World> {
  const source = await copyOf(from, w, join(folder, `${made++}.db`))
  const target = await emptyDatabase(to)
  const variables = {
    ANTIPHON_DATABASE_URL: source,
    ANTIPHON_MASTER_KEY: Buffer.from(w.deps.config.masterKey).toString('base64'),
  }
  const outcome = await move(variables, target)
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  const next = await world(to, { databaseUrl: target })
  next.advance(w.deps.now() - START)
  return next
}

interface Life {
  readonly model: Model
  readonly real: Real
}

async function live({ model, real }: Life, w: World, commands: Iterable<fc.AsyncCommand<Model, Real>>) {
  Object.assign(real, { w })
  model.now = w.deps.now()
  await fc.asyncModelRun(() => ({ model, real }), commands)
}

const ways: readonly (readonly [EngineName, EngineName])[] = ENGINES.includes('postgres')
  ? [
      ['sqlite', 'postgres'],
      ['postgres', 'sqlite'],
    ]
  : [['sqlite', 'sqlite']]

for (const [from, to] of ways) {
  test(`whatever clients did before, a move from ${from} to ${to} and back changes nothing that they can tell`, async () => {
    const settings = {
      idle_lifetime_seconds: IDLE_SECONDS,
      absolute_lifetime_seconds: LIFETIME_SECONDS,
      refresh_grace_seconds: GRACE_SECONDS,
      unused_successor_seconds: UNUSED_SECONDS,
    }
    const lives = fc.array(life, { minLength: SESSIONS, maxLength: SESSIONS })
    await fc.assert(
      fc.asyncProperty(lives, async (all) => {
        let w = await world(from)
        const base = await application(w, { settings: { sessions: settings } })
        const app: TestApp = { ...base, call: (path, call) => through(w, base).call(path, call) }
        const running: Life[] = []
        for (const { carrier } of all) running.push(await newSession({ w, app, carrier }))
        for (const part of [0, 1, 2] as const) {
          for (const [i, one] of running.entries()) {
            await live(one, w, all[i]?.parts[part] ?? [])
            if (part < 2 && all[i]?.loses) await live(one, w, [refresh({ back: 0, key: 'own', lost: true, lateMs: 0 })])
          }
          if (part < 2) w = await moved(w, part === 0 ? from : to, part === 0 ? to : from)
        }
        for (const one of running) {
          Object.assign(one.real, { w })
          await checkEvents(one)
        }
      }),
      { seed: 11, numRuns: RUNS, endOnFailure: true },
    )
  })
}
