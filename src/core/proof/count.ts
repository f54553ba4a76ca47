import { pause } from '../../platform/clock.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import { listImports } from '../imports/store.ts'
import type { ImportRow } from '../imports/tables.ts'
import { type Census, type CountedUser, countUser, emptyCensus, IDLE_MS, type ImportTimes } from './census.ts'
import { listCountedUsers } from './store/census.ts'
import { findLogins } from './store/ways-in.ts'

/** Users that are read at once: on SQLite nobody else is answered meanwhile. */
const SLICE = 250
const MOST_IMPORTS = 1_000

/** Imports of an application that kept what they loaded, newest first. */
export async function listRealImports(deps: Deps, appId: string): Promise<ImportRow[]> {
  const rows = await listImports(deps.db, appId, undefined, MOST_IMPORTS)
  return rows.filter(({ options }) => !(JSON.parse(options) as { dry_run?: boolean }).dry_run)
}

export const timesOf = (imports: readonly ImportRow[]): ImportTimes =>
  new Map(imports.map(({ id, created_at }) => [id, created_at]))

/** A long count is good for ten times as long as it took, five minutes at most. */
const GOOD_FOR_TIMES = 10
const GOOD_FOR_AT_MOST_MS = 300_000

interface Counted {
  readonly census: Promise<Census>
  /** Monotonic; while it is counted, for ever. */
  goodUntil: number
}

/** Counts of the users of each application. Whoever asks while one is made gets the same. */
const counts = resident(() => new Map<string, Counted>())

/** Count the users of an application, a slice at a time. What is counted while people come in may be a little behind. */
export async function takeCensus(deps: Deps, app: Application, imports: ImportTimes): Promise<Census> {
  const known = counts(deps).get(app.id)
  if (known && deps.monotonic() < known.goodUntil) return await known.census
  const begunAt = deps.monotonic()
  const counted: Counted = { census: countAll(deps, app, imports), goodUntil: Number.POSITIVE_INFINITY }
  counts(deps).set(app.id, counted)
  try {
    return await counted.census
  } catch (error) {
    counts(deps).delete(app.id)
    throw error
  } finally {
    const now = deps.monotonic()
    counted.goodUntil = now + Math.min((now - begunAt) * GOOD_FOR_TIMES, GOOD_FOR_AT_MOST_MS)
  }
}

async function countAll(deps: Deps, app: Application, imports: ImportTimes): Promise<Census> {
  const census = emptyCensus()
  const now = deps.now()
  for await (const users of slices(deps, app, '')) for (const user of users) countUser(census, user, imports, now)
  return census
}

async function* slices(deps: Deps, app: Application, after: string): AsyncGenerator<readonly CountedUser[]> {
  const lately = deps.now() - IDLE_MS
  const logins = await findLogins(deps.db, app)
  for (let last = after; ; ) {
    const begunAt = deps.monotonic()
    const users = await listCountedUsers(deps.db, app.id, last, SLICE, lately, logins)
    yield users
    const end = users.at(-1)
    if (!end || users.length < SLICE) return
    last = end.id
    // Half of the time is everybody else's.
    await pause(deps.monotonic() - begunAt)
  }
}

/** A page may be short, and still not the last. */
const SLICES_PER_PAGE = 80

/** Users that a predicate picks, by id, behind an id; `next`: where to go on, missing at the end. */
export async function pickUsers(
  deps: Deps,
  app: Application,
  after: string,
  limit: number,
  isPicked: (user: CountedUser) => boolean,
): Promise<{ users: CountedUser[]; next?: string }> {
  const picked: CountedUser[] = []
  let read = 0
  for await (const users of slices(deps, app, after)) {
    for (const user of users) {
      if (picked.length === limit) return { users: picked, next: picked.at(-1)?.id as string }
      if (isPicked(user)) picked.push(user)
    }
    const end = users.at(-1)
    if (++read === SLICES_PER_PAGE && end && users.length === SLICE) return { users: picked, next: end.id }
  }
  return { users: picked }
}
