import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import { passwordRow } from '../passwords/credential.ts'
import { findPassword, putPassword } from '../passwords/store.ts'
import { insertBelongings } from '../users/create.ts'
import { updateExternalId } from '../users/external-id.ts'
import { isTooLarge, mergeProfile } from '../users/profile.ts'
import type { Raced } from '../users/settle.ts'
import { putStatus } from '../users/status.ts'
import { findUser, findUserForUpdate, type User, updateUser } from '../users/store.ts'
import type { UserStatus } from '../users/tables.ts'
import type { BulkMandate, BulkRow, RowOutcome, RowRefusal } from './row.ts'

const MAX_IDENTIFIERS = 100

/** What a row would change of a user. */
interface Change {
  readonly profile?: Readonly<Record<string, unknown>>
  readonly status?: UserStatus
  readonly externalId?: string
  readonly passwordHash?: string
  readonly identifiers: readonly Identifier[]
  /** How many the user has now, proven or not. */
  readonly held: number
}

/** Bring a user up to date with a row: what it does not name stays, and no identifier is taken away. */
export async function updateByRow(
  tx: Tx,
  deps: Deps,
  { appId }: BulkMandate,
  userId: string,
  row: BulkRow,
): Promise<RowOutcome | Raced> {
  const before = await findUser(tx, appId, userId)
  if (!before) return { kind: 'raced' }
  if (isNothing(await changeOf(tx, appId, before, row))) return { kind: 'unchanged', userId }
  const user = await findUserForUpdate(tx, appId, userId)
  if (!user || user.externalId !== before.externalId) return { kind: 'raced' }
  const change = await changeOf(tx, appId, user, row)
  const code = refusalOf(change)
  if (code) return { kind: 'refused', code }
  return (await applyChange(tx, deps, appId, userId, change)) ? { kind: 'updated', userId } : { kind: 'raced' }
}

/** Why a row may not change a user, whatever else is right about it. */
export async function judgeRow(tx: Tx, appId: string, userId: string, row: BulkRow): Promise<RowRefusal | undefined> {
  const user = await findUser(tx, appId, userId)
  return user && refusalOf(await changeOf(tx, appId, user, row))
}

function refusalOf({ held, identifiers, profile }: Change): RowRefusal | undefined {
  if (held + identifiers.length > MAX_IDENTIFIERS) return 'too_many_identifiers'
  return profile && isTooLarge(profile) ? 'profile_too_large' : undefined
}

async function changeOf(tx: Tx, appId: string, user: User, row: BulkRow): Promise<Change> {
  const held = row.identifiers.length === 0 ? [] : await listIdentifiers(tx, appId, [user.id])
  const isProven = (one: Identifier) =>
    held.some(({ type, value, verified_at }) => type === one.type && value === one.value && verified_at !== null)
  const profile = mergeProfile(user.profile, row.profile)
  const hasPassword = row.passwordHash !== undefined && (await findPassword(tx, appId, user.id)) !== undefined
  return {
    ...(!isDeepStrictEqual(profile, user.profile) && { profile }),
    ...(row.status !== undefined && row.status !== user.status && { status: row.status }),
    ...(row.externalId !== undefined && row.externalId !== user.externalId && { externalId: row.externalId }),
    ...(row.passwordHash !== undefined && !hasPassword && { passwordHash: row.passwordHash }),
    identifiers: row.identifiers.filter((one) => !isProven(one)),
    held: held.length,
  }
}

const isNothing = ({ held: _, identifiers, ...rest }: Change): boolean =>
  identifiers.length === 0 && Object.keys(rest).length === 0

/** False when somebody else took what was to be given. */
async function applyChange(tx: Tx, deps: Deps, appId: string, userId: string, change: Change): Promise<boolean> {
  const { profile, status, externalId, passwordHash, identifiers } = change
  if (externalId !== undefined && (await updateExternalId(tx, deps, appId, userId, externalId)) !== 'done') return false
  const proven = identifiers.map((one) => ({ ...one, verified: true }))
  if (proven.length > 0 && !(await insertBelongings(tx, deps, appId, { id: userId, identifiers: proven }))) return false
  if (profile) await updateUser(tx, deps, appId, userId, { profile })
  if (passwordHash !== undefined) await putPassword(tx, passwordRow(deps, appId, { userId, hash: passwordHash }))
  if (status) await putStatus(tx, deps, appId, userId, status)
  return true
}
