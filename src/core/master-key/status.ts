import type { Deps } from '../../platform/deps.ts'
import { type KeySet, keySet } from '../../platform/key-set.ts'
import type { SealedColumn } from '../../platform/sealed-column.ts'
import { LOST } from './boxes/box.ts'
import { type Counts, type Hanging, hangingOn, isNeeded, readCounts, sealedIn } from './boxes/count.ts'
import { countAll } from './boxes/pass.ts'
import { findDatabaseKey } from './canary.ts'
import { findRotation, updateRotation } from './store.ts'
import type { RotationRow } from './tables.ts'

/** What clients hold that hangs on a key without a row that says so dies within this time: nonces, codes, what is under way. */
export const UNDER_WAY_MS = 15 * 60_000

/** A master key, and what hangs on it. */
export interface KeyStatus extends Hanging {
  readonly id: string
  /** The first of those that the process was given, one of the others, or none of them. */
  readonly given: 'newest' | 'previous' | 'no'
  /** Whether it can be taken out of the configuration. */
  readonly mayGo: boolean
}

export interface MasterKeyStatus {
  /** The key that the database is under, and since when, Unix ms; undefined where none is there, or it opens under none. */
  readonly database: { readonly id: string; readonly since: number } | undefined
  readonly keys: readonly KeyStatus[]
  /** Sealed values that open under no key that is here, and name none. */
  readonly lost: Hanging
}

/** Count what hangs on each master key, in slices. */
export async function readStatus(deps: Deps, columns: readonly SealedColumn[]): Promise<MasterKeyStatus> {
  const database = await findDatabaseKey(deps)
  const counts = await countAll(deps, columns, unnamedKey(deps, await findRotation(deps.db)))
  return statusOf(deps, database, counts, deps.now())
}

/** `countedAt`: when that was known to hang on the keys, Unix ms. */
function statusOf(
  deps: Deps,
  database: MasterKeyStatus['database'],
  counts: Counts,
  countedAt: number,
): MasterKeyStatus {
  const { all, newest } = keySet(deps).current()
  const isSettled = database?.id === newest.id && countedAt - database.since >= UNDER_WAY_MS
  const ids = new Set([...all.map(({ id }) => id), ...Object.keys(counts).filter((id) => id !== LOST)])
  const keys = [...ids].map((id) => {
    const hanging = hangingOn(counts, id)
    const given = all.some((key) => key.id === id) ? ('previous' as const) : ('no' as const)
    if (id === newest.id) return { id, ...hanging, given: 'newest' as const, mayGo: false }
    return { id, ...hanging, given, mayGo: isSettled && !isNeeded(hanging) }
  })
  return { database, keys, lost: hangingOn(counts, LOST) }
}

/** What names no key and opens under none of ours hangs on the first that there was, unless that is one of ours. */
function unnamedKey(deps: Deps, rotation: RotationRow | undefined): string | undefined {
  const first = rotation?.first_key
  return keySet(deps)
    .current()
    .all.some(({ id }) => id === first)
    ? undefined
    : first
}

export type MissingKey = Hanging & { readonly id: string }

/** What the rotation of a master key has noted: who asks for it has nothing counted. */
export interface NotedStatus extends MasterKeyStatus {
  /** When all was last counted, Unix ms; undefined where nobody has since the last rotation, and the numbers mean nothing. */
  readonly countedAt: number | undefined
  readonly missing: readonly MissingKey[]
}

/** The same as of the last count, which is an hour old at most while a process has several keys. Costs a look at two rows. */
export async function readNoted(deps: Deps): Promise<NotedStatus> {
  const [database, rotation] = await Promise.all([findDatabaseKey(deps), findRotation(deps.db)])
  const countedAt = rotation?.found_at ?? undefined
  const noted = readCounts(rotation?.found ?? null) ?? {}
  const status = statusOf(deps, database, countedAt === undefined ? {} : noted, countedAt ?? 0)
  const missing = rotation ? missingIn(noted, rotation, keySet(deps).current()) : []
  return { ...status, countedAt, missing }
}

/**
 * The master keys that something still hangs on and that are not in `set`. Costs one look at one row, unless that says that something may hang
 * on one: then all is counted again.
 */
export async function listMissing(
  deps: Deps,
  columns: readonly SealedColumn[],
  set: KeySet = keySet(deps).current(),
): Promise<MissingKey[]> {
  const rotation = await findRotation(deps.db)
  if (!rotation) return []
  const isMissing = (counts: Counts) => missingIn(counts, rotation, set)
  const noted = readCounts(rotation.found)
  if (noted && isMissing(noted).length === 0) return []
  const counts = await countAll(deps, columns, unnamedKey(deps, rotation))
  // When a pass was made stays as it is: this was none, and sealed nothing anew.
  const found = { found: JSON.stringify(counts) }
  if (isMissing(counts).length === 0) await deps.transact((tx) => updateRotation(tx, found))
  return isMissing(counts)
}

function missingIn(counts: Counts, rotation: RotationRow, set: KeySet): MissingKey[] {
  const givenUp = givenUpIn(rotation)
  return Object.entries(counts).flatMap(([id, hanging]) =>
    id !== LOST && isNeeded(hanging) && !givenUp.includes(id) && !isIn(set, id) ? [{ id, ...hanging }] : [],
  )
}

const givenUpIn = ({ given_up }: RotationRow): string[] => (given_up === null ? [] : given_up.split(' '))

export type GivenUp =
  | { readonly kind: 'given_up'; readonly sessions: number }
  | { readonly kind: 'needed'; readonly sealed: number }
  | { readonly kind: 'unknown' | 'newest' }

/** Let a key go although sessions hang on it: whoever has them logs in again. Not while something is sealed under it, which would be lost. */
export async function giveUpKey(deps: Deps, columns: readonly SealedColumn[], keyId: string): Promise<GivenUp> {
  const { database, keys } = await readStatus(deps, columns)
  const key = keys.find(({ id }) => id === keyId)
  const rotation = await findRotation(deps.db)
  if (!key || !rotation) return { kind: 'unknown' }
  if (key.given === 'newest' || database?.id === keyId) return { kind: 'newest' }
  if (sealedIn(key) > 0) return { kind: 'needed', sealed: sealedIn(key) }
  const ids = new Set([...givenUpIn(rotation), keyId])
  await deps.transact((tx) => updateRotation(tx, { given_up: [...ids].join(' ') }))
  return { kind: 'given_up', sessions: key.sessions }
}

const isIn = ({ all }: KeySet, keyId: string) => all.some(({ id }) => id === keyId)
