import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { orderedIds } from '../../platform/ids.ts'
import { endOlder } from '../claims/claims.ts'
import { insertIdentifierRows } from '../identifiers/store.ts'
import { endRivals } from '../imports/create.ts'
import { listAccounts } from '../legacy-users/accounts.ts'
import { decideLink, identifierProof, type LinkRule } from '../legacy-users/matching.ts'
import { passwordRow } from '../passwords/credential.ts'
import { putPassword } from '../passwords/store.ts'
import { createUser } from '../users/create.ts'
import { consumeLink } from '../users/external-id.ts'
import { isTooLarge, mergeProfile } from '../users/profile.ts'
import type { Raced } from '../users/settle.ts'
import { putStatus } from '../users/status.ts'
import { isUuidOfUser } from '../users/store/ids.ts'
import { insertUser, type NewUser } from '../users/store.ts'
import { judgeRow, updateByRow } from './change.ts'
import { decideRow } from './decide.ts'
import { findRow } from './find.ts'
import type { BulkMandate, BulkRow, RowOutcome } from './row.ts'

/** Find, link or make the user of a row. Of `raced` nothing may be kept. */
export async function writeRow(
  tx: Tx,
  deps: Deps,
  mandate: BulkMandate,
  rule: LinkRule,
  row: BulkRow,
): Promise<RowOutcome | Raced> {
  const decided = decideRow(row, await findRow(tx, mandate.appId, row), rule, mandate.mayUpdate)
  switch (decided.kind) {
    case 'refused':
      return decided
    case 'update':
      return await updateByRow(tx, deps, mandate, decided.userId, row)
    case 'link':
      return await linkByRow(tx, deps, mandate, rule, decided.userId, row)
    case 'create':
      return await createByRow(tx, deps, mandate, row)
  }
}

async function createByRow(tx: Tx, deps: Deps, mandate: BulkMandate, row: BulkRow): Promise<RowOutcome | Raced> {
  const { appId } = mandate
  const profile = mergeProfile({}, row.profile)
  if (isTooLarge(profile)) return { kind: 'refused', code: 'profile_too_large' }
  const id = orderedIds(deps)('usr')
  const { externalId, internalId, passwordHash, status } = row
  if (internalId !== undefined && (await isUuidOfUser(tx, appId, internalId)))
    return { kind: 'refused', code: 'internal_id_already_exists' }
  if (!(await insertRow(tx, deps, mandate, { id, externalId, internalId, profile, migrated: false }, row)))
    return { kind: 'raced' }
  if (passwordHash !== undefined) await putPassword(tx, passwordRow(deps, appId, { userId: id, hash: passwordHash }))
  if (status === 'inactive') await putStatus(tx, deps, appId, id, status)
  return { kind: 'created', userId: id }
}

/** Insert a user with identifiers, with or without a word to anybody. False when something of theirs is somebody else's. */
async function insertRow(
  tx: Tx,
  deps: Deps,
  { appId, tellsNew }: BulkMandate,
  user: NewUser,
  { identifiers }: BulkRow,
): Promise<boolean> {
  if (tellsNew) {
    const proven = identifiers.map((one) => ({ ...one, verified: true }))
    return (await createUser(tx, deps, appId, { ...user, identifiers: proven, source: 'bulk' })) === 'created'
  }
  if (!(await insertUser(tx, deps, appId, user))) return false
  const now = deps.now()
  const rows = identifiers.map(({ type, value }) => ({
    app_id: appId,
    user_id: user.id,
    type,
    value,
    verified_at: now,
    created_at: now,
    last_proven_at: null,
  }))
  if (!(await insertIdentifierRows(tx, rows))) return false
  await endRivals(tx, deps, appId, rows)
  return true
}

/** Make a user who has no external id the one of a row, as far as it still says so. What is older than the latest proof of what links them ends. */
async function linkByRow(
  tx: Tx,
  deps: Deps,
  mandate: BulkMandate,
  rule: LinkRule,
  userId: string,
  row: BulkRow,
): Promise<RowOutcome | Raced> {
  const { appId } = mandate
  const externalId = row.externalId ?? ''
  // Nothing may be refused once the link stands.
  const code = await judgeRow(tx, appId, userId, row)
  if (code) return { kind: 'refused', code }
  if (!(await consumeLink(tx, deps, appId, userId, externalId, { migrated: false }))) return { kind: 'raced' }
  const [account] = await listAccounts(tx, appId, [userId])
  const proofs = row.identifiers.map((one) => identifierProof(one, undefined))
  const link = account && decideLink({ externalId, isIdentified: true, proofs }, account, rule)
  if (!link || account.status !== 'active') return { kind: 'raced' }
  await endOlder(tx, deps, appId, userId, link.provenAt)
  // The password may be older than the proofs of whoever has come in since.
  const updated = await updateByRow(tx, deps, mandate, userId, { ...row, passwordHash: undefined })
  if (updated.kind === 'refused') return { kind: 'raced' }
  return updated.kind === 'unchanged' ? { kind: 'updated', userId } : updated
}
