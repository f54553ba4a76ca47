import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { application, claimsOf, type TestApp, through } from '../builders.ts'
import { answered, configure, migrate } from '../house/legacy.ts'
import { finalizeWith } from '../house/tokens.ts'
import type { World } from '../world.ts'
import { CALLERS, race, tally } from './contenders.ts'

export const email = (value: string) => ({ type: 'email_address', value })
export const google = (subject: string) => ({ provider: 'google', subject })
export const apple = (subject: string) => ({ provider: 'apple', subject })

/** An application whose hook is the fake network's. */
export async function migrating(w: World): Promise<TestApp> {
  const app = await application(w)
  await configure(app)
  return app
}

/**
 * Migrate `CALLERS` sessions at once, the servers taking turns. The hook knows each by `personOf(i)` and answers nobody before all have asked,
 * so that they get to the database together.
 */
export async function migrateAtOnce(servers: readonly World[], app: TestApp, personOf: (i: number) => object) {
  const all = Promise.withResolvers<void>()
  let waiting = 0
  for (const w of servers) {
    w.fakeNetwork(async (request) => {
      if (++waiting === CALLERS) all.resolve()
      await all.promise
      return answered(personOf(Number(JSON.parse(request.body ?? '{}').token)))
    })
  }
  return await race((i) => migrate(through(servers[i % servers.length] as World, app), String(i)))
}

type Migrated = Awaited<ReturnType<typeof migrate>>

/** Whose sessions the challenge tokens become. */
export async function subjects(app: TestApp, answers: readonly Migrated[]): Promise<string[]> {
  const finalized = await Promise.all(
    answers.map(({ body, verifier }) => finalizeWith(app, undefined, body.challenge_token, { verifier })),
  )
  assert.deepEqual(tally(finalized), { 200: answers.length })
  return [...new Set(finalized.map(({ body }) => String(claimsOf(body.access_token).sub)))]
}

/** How often two transactions on the database have waited for each other so far. */
export async function deadlocks({ deps }: World): Promise<number> {
  const query = sql<{ deadlocks: number }>`select deadlocks from pg_stat_database where datname = current_database()`
  return Number((await query.execute(deps.db)).rows[0]?.deadlocks)
}

export const usersOf = async (app: TestApp): Promise<{ id: string }[]> => (await app.manage('/users')).body.users
