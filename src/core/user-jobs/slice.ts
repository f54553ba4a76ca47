import { type Tx, undo } from '../../platform/db.ts'
import { isTrouble } from '../../platform/db-fault.ts'
import type { Deps } from '../../platform/deps.ts'
import { findGroup } from '../groups/store.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import { beginningOfNumber, firstNumbers, listNamed } from '../users/search.ts'
import { type Acted, act } from './act.ts'
import { type FilteredUser, type FilterGrounds, isMeant, type JobFilter } from './filter.ts'
import {
  advanceUserJob,
  listFilteredUsers,
  listImportedAmong,
  listMembersAmong,
  type Range,
  type UserJobChange,
} from './store.ts'
import type { UserJobRow } from './tables.ts'

/** A transaction ends soon after: on SQLite nobody else is answered meanwhile. */
const ACT_FOR_MS = 20
/** Those who are only counted cost little, where their profiles are not looked at. */
const COUNTED_AT_ONCE = 5
const MAX_FAILED_IDS = 20

export const filterOf = (row: UserJobRow): JobFilter => JSON.parse(row.filter) as JobFilter

/** What became of a slice. `lost`: somebody else has taken the job on, or it was ended. */
export type Sliced = { kind: 'advanced'; row: UserJobRow } | { kind: 'lost' }

/** Take a job on by one slice, of at most `count` users. What is done to them and that it is done are one transaction. */
export async function takeSlice(deps: Deps, row: UserJobRow, count: number): Promise<Sliced> {
  if (row.status === 'counting') return await commitSlice(deps, row, (tx) => countSome(tx, deps, row, count))
  try {
    return await commitSlice(deps, row, (tx) => actOnSome(tx, deps, row, count))
  } catch (error) {
    // What ails the database is no fault of a user.
    if (isTrouble(error)) throw error
    if (count > 1) return await takeSlice(deps, row, 1)
    deps.log.error({ err: error, user_job: row.id, after: row.cursor }, 'a user of a job could not be changed')
    return await commitSlice(deps, row, (tx) => passOne(tx, deps, row))
  }
}

async function commitSlice(
  deps: Deps,
  row: UserJobRow,
  work: (tx: Tx) => Promise<Omit<UserJobChange, 'updated_at'>>,
): Promise<Sliced> {
  return await deps.transact<Sliced>(async (tx) => {
    const change = await work(tx)
    const next = await advanceUserJob(tx, row, { ...change, updated_at: deps.now() })
    return next ? { kind: 'advanced', row: next } : undo<Sliced>({ kind: 'lost' })
  })
}

type Change = Omit<UserJobChange, 'updated_at'>

async function countSome(tx: Tx, deps: Deps, row: UserJobRow, count: number): Promise<Change> {
  const limit = withProfile(row) ? count : count * COUNTED_AT_ONCE
  const users = await readSome(tx, row, rangeOf(row), limit)
  const matched = row.matched + (await meantOf(tx, row, users)).length
  const last = users.at(-1)
  if (users.length === limit && last) return { matched, cursor: last.id }
  const { dry_run, expect_count } = row
  if (expect_count !== null && matched > expect_count) return { matched, ...failed(deps, MORE) }
  return dry_run ? { matched, ...over(deps) } : { matched, status: 'running', cursor: '' }
}

const over = (deps: Deps) => ({ status: 'completed' as const, finished_at: deps.now() })
const failed = (deps: Deps, problem: string) => ({ status: 'failed' as const, problem, finished_at: deps.now() })
const MORE = 'more users are meant than expected'
const NO_GROUP = 'the group is gone'

async function actOnSome(tx: Tx, deps: Deps, row: UserJobRow, count: number): Promise<Change> {
  const begun = deps.monotonic()
  const seen = await readSome(tx, row, rangeOf(row), count)
  const meant = await holdMeant(tx, row, seen)
  const tally = { done: row.done, unchanged: row.unchanged, failed: row.failed }
  const failed_ids = JSON.parse(row.failed_ids) as string[]
  const change = () => ({ ...tally, failed_ids: JSON.stringify(failed_ids.slice(0, MAX_FAILED_IDS)) })
  for (const [i, user] of meant.entries()) {
    if (i > 0 && deps.monotonic() - begun > ACT_FOR_MS) return { ...change(), cursor: meant[i - 1]?.id ?? row.cursor }
    if (isBeyond(row, tally)) return { ...change(), ...failed(deps, MORE) }
    const acted = await act(tx, deps, row, user)
    if (acted === 'gone') return { ...change(), ...failed(deps, NO_GROUP) }
    tally[acted] += 1
    if (acted === 'failed') failed_ids.push(user.id)
  }
  const last = seen.at(-1)
  return seen.length === count && last ? { ...change(), cursor: last.id } : { ...change(), ...over(deps) }
}

/** Whether as many were changed as may be, whatever has come between counting and doing. */
const isBeyond = ({ expect_count }: UserJobRow, tally: Record<Exclude<Acted, 'gone'>, number>): boolean =>
  expect_count !== null && tally.done + tally.unchanged + tally.failed >= expect_count

/** Those who are meant, looked at again now that they stay as they are until the commit. */
async function holdMeant(tx: Tx, row: UserJobRow, seen: readonly FilteredUser[]): Promise<FilteredUser[]> {
  const ids = (await meantOf(tx, row, seen)).map(({ id }) => id)
  if (ids.length === 0) return []
  return await meantOf(tx, row, await readSome(tx, row, { ids }, ids.length, { isHeld: true }))
}

/** The next user cannot be changed, and nobody knows why: leave them as they are. */
async function passOne(tx: Tx, deps: Deps, row: UserJobRow): Promise<Change> {
  const [user] = await readSome(tx, row, rangeOf(row), 1)
  if (!user) return over(deps)
  const failed_ids = [...(JSON.parse(row.failed_ids) as string[]), user.id].slice(0, MAX_FAILED_IDS)
  return { failed: row.failed + 1, failed_ids: JSON.stringify(failed_ids), cursor: user.id }
}

const withProfile = (row: UserJobRow): boolean => filterOf(row).query !== undefined

const readSome = (tx: Tx, row: UserJobRow, range: Range, limit: number, { isHeld } = { isHeld: false }) =>
  listFilteredUsers(tx, row.app_id, range, { limit, isHeld, withProfile: withProfile(row) })

function rangeOf(row: UserJobRow): Range {
  const { ids } = filterOf(row)
  return ids ? { ids: ids.filter((id) => id > row.cursor) } : { after: row.cursor, until: row.until_id }
}

async function meantOf(tx: Tx, row: UserJobRow, users: readonly FilteredUser[]): Promise<FilteredUser[]> {
  if (users.length === 0) return []
  const filter = filterOf(row)
  const grounds = await readGrounds(
    tx,
    row.app_id,
    filter,
    users.map(({ id }) => id),
  )
  return users.filter((user) => isMeant(user, filter, grounds))
}

async function readGrounds(
  tx: Tx,
  appId: string,
  { query, importId, group }: JobFilter,
  ids: readonly string[],
): Promise<FilterGrounds> {
  const named = query === undefined ? NOBODY : await readNamed(tx, appId, query, ids)
  const found = group === undefined ? undefined : await findGroup(tx, appId, group)
  return {
    named,
    imported: importId === undefined ? NOBODY : await listImportedAmong(tx, appId, importId, ids),
    members: found ? await listMembersAmong(tx, appId, found.id, ids) : NOBODY,
  }
}

async function readNamed(tx: Tx, appId: string, query: string, ids: readonly string[]): Promise<Set<string>> {
  const named = (await listNamed(tx, appId, query)).map(({ id }) => id)
  const digits = beginningOfNumber(query)
  const byNumber = digits === undefined ? [] : firstNumbers(await listIdentifiers(tx, appId, ids), digits).keys()
  return new Set([...named, ...byNumber])
}

const NOBODY: ReadonlySet<string> = new Set()
