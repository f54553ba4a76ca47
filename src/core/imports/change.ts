import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endOlder } from '../claims/claims.ts'
import { deleteIdentityRow, findFederatedOwner, insertIdentityRows } from '../federation/store.ts'
import { findOwner } from '../identifiers/store/holders.ts'
import { deleteIdentifierRow, insertIdentifierRows } from '../identifiers/store.ts'
import { listAccounts } from '../legacy-users/accounts.ts'
import { decideLink, type LinkRule } from '../legacy-users/matching.ts'
import { passwordRow } from '../passwords/credential.ts'
import { putPassword } from '../passwords/store.ts'
import { endSessions } from '../sessions/end.ts'
import { consumeLink } from '../users/external-id.ts'
import { overwriteUser, type UserChange } from '../users/store.ts'
import { endRivals, identifierRow, identityRow, leftoversOf } from './create.ts'
import { decideChange } from './decide.ts'
import { readDigests, writeDigests } from './digests.ts'
import { putGroups } from './groups.ts'
import { deleteLeftovers, insertLeftovers, leftoverRows } from './leftovers.ts'
import { FIELDS, type Field } from './options.ts'
import type { Candidate } from './prepare.ts'
import { type HeldUser, holdUser } from './standing.ts'
import { putImportedUser } from './store.ts'

/** What became of a user who is here already. Of `raced` nothing may be kept. */
export type Changed =
  | { kind: 'updated' | 'unchanged' }
  | { kind: 'skipped' | 'conflict'; code: string; field?: string }
  | { kind: 'raced' }

/** What an import may do, and which it is. */
export interface Mandate {
  readonly appId: string
  readonly importId: string
  readonly mayUpdate: readonly Field[]
  readonly rule: LinkRule
}

/** Bring a user who has the external id up to date. */
export async function updateKnown(
  tx: Tx,
  deps: Deps,
  mandate: Mandate,
  userId: string,
  candidate: Candidate,
): Promise<Changed> {
  const held = await holdUser(tx, deps, mandate.appId, userId)
  if (held?.user.externalId !== candidate.record.externalId) return { kind: 'raced' }
  const decided = decideChange(held.standing, candidate.wanted, {
    updatedAt: candidate.read.updatedAt,
    mayUpdate: allowed(mandate, candidate),
  })
  if (decided.kind !== 'change') {
    // Whoever came over before the first file is known to be in one from now on.
    if (!held.imported) await note(tx, mandate, held, candidate, sameHere(held, candidate))
    return decided
  }
  return await apply(tx, deps, mandate, held, candidate, decided.fields)
}

/** The parts that are as the record has them. */
const sameHere = ({ standing }: HeldUser, { wanted }: Candidate) =>
  FIELDS.filter((field) => wanted[field] === standing.current[field])

const allowed = ({ mayUpdate }: Mandate, { read }: Candidate) => mayUpdate.filter((field) => read.given.has(field))

/**
 * Make a user who has no external id the one of a record, as far as the record still says so. Who has logged in here keeps everything; of others what is
 * missing is filled in.
 */
export async function linkUser(
  tx: Tx,
  deps: Deps,
  mandate: Mandate,
  userId: string,
  candidate: Candidate,
): Promise<Changed> {
  const { appId, rule } = mandate
  const { record, wanted, read } = candidate
  if (!(await consumeLink(tx, deps, appId, userId, record.externalId, { migrated: false }))) return { kind: 'raced' }
  const held = await holdUser(tx, deps, appId, userId)
  const [account] = await listAccounts(tx, appId, [userId])
  const proof = account && decideLink(record, account, rule)
  if (!held || !proof || held.user.status !== 'active') return { kind: 'raced' }
  await endOlder(tx, deps, appId, userId, proof.provenAt)
  const mayUpdate = allowed(mandate, candidate).filter((field) => field !== 'password_hash' || proof.isTheirs)
  const decided = decideChange(held.standing, wanted, { updatedAt: read.updatedAt, mayUpdate })
  const fields = decided.kind === 'change' ? decided.fields : []
  const applied = await apply(tx, deps, mandate, held, candidate, fields)
  // The link stands already: whoever decided that nothing is disputed did so before somebody else came.
  return applied.kind === 'conflict' ? { kind: 'raced' } : applied
}

/** Write these parts of a record: in the place of what an import wrote before, else beside what is here. */
async function apply(
  tx: Tx,
  deps: Deps,
  mandate: Mandate,
  held: HeldUser,
  candidate: Candidate,
  fields: readonly Field[],
): Promise<Changed> {
  const { appId } = mandate
  const { user } = held
  const taken = await findDisputed(tx, appId, user.id, candidate, fields)
  if (taken !== undefined) return { kind: 'conflict', code: 'taken', field: taken }
  if (fields.includes('identifiers') && !(await putIdentifiers(tx, deps, appId, held, candidate)))
    return { kind: 'raced' }
  if (fields.includes('federated_identities') && !(await putIdentities(tx, deps, appId, held, candidate)))
    return { kind: 'raced' }
  const { passwordHash } = candidate.parts
  if (fields.includes('password_hash') && passwordHash !== undefined)
    await putPassword(tx, passwordRow(deps, appId, { userId: user.id, hash: passwordHash }))
  await putLeftovers(tx, deps, appId, user.id, candidate, fields)
  const change = changeOf(held, candidate, fields)
  await overwriteUser(tx, deps, appId, user.id, change)
  if (change.status === 'inactive') await endSessions(tx, deps, appId, { userId: user.id }, 'user_inactive')
  await note(tx, mandate, held, candidate, fields)
  return { kind: 'updated' }
}

/** The member that names something which is somebody else's. */
async function findDisputed(
  tx: Tx,
  appId: string,
  userId: string,
  { read }: Candidate,
  fields: readonly Field[],
): Promise<string | undefined> {
  const isOthers = (owner: string | undefined) => owner !== undefined && owner !== userId
  for (const one of fields.includes('identifiers') ? read.user.identifiers : []) {
    if (one.verified && isOthers(await findOwner(tx, appId, one))) return 'identifiers'
  }
  for (const one of fields.includes('federated_identities') ? read.user.federatedIdentities : []) {
    if (isOthers(await findFederatedOwner(tx, appId, one))) return 'federated_identities'
  }
  return undefined
}

async function putIdentifiers(tx: Tx, deps: Deps, appId: string, held: HeldUser, { read }: Candidate) {
  const { user, imported } = held
  const wanted = read.user.identifiers
  const same = (a: { type: string; value: string }, b: { type: string; value: string }) =>
    a.type === b.type && a.value === b.value
  const stays = held.identifiers.filter((row) => {
    const meant = wanted.find((one) => same(one, row))
    // What is proven here is not made unproven beside it.
    if (!imported) return !meant || row.verified_at !== null || !meant.verified
    return meant !== undefined && meant.verified === (row.verified_at !== null)
  })
  for (const row of held.identifiers) if (!stays.includes(row)) await deleteIdentifierRow(tx, appId, user.id, row)
  const missing = wanted.filter((one) => !stays.some((row) => same(one, row)))
  const rows = missing.map((one) => identifierRow(appId, user.id, one, deps.now()))
  if (!(await insertIdentifierRows(tx, rows))) return false
  await endRivals(tx, deps, appId, rows)
  return true
}

async function putIdentities(tx: Tx, deps: Deps, appId: string, held: HeldUser, { read }: Candidate) {
  const { user, imported } = held
  const wanted = read.user.federatedIdentities
  const same = (a: { provider: string; subject: string }, b: { provider: string; subject: string }) =>
    a.provider === b.provider && a.subject === b.subject
  const stays = held.identities.filter((row) => !imported || wanted.some((one) => same(one, row)))
  for (const row of held.identities) if (!stays.includes(row)) await deleteIdentityRow(tx, appId, user.id, row)
  const missing = wanted.filter((one) => !stays.some((row) => same(one, row)))
  return await insertIdentityRows(
    tx,
    missing.map((one) => identityRow(appId, user.id, one, deps.now())),
  )
}

async function putLeftovers(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  candidate: Candidate,
  fields: readonly Field[],
): Promise<void> {
  const { read } = candidate
  if (fields.includes('groups')) {
    await putGroups(tx, deps, appId, userId, candidate)
    await deleteLeftovers(tx, appId, userId, 'groups')
    await insertLeftovers(tx, leftoverRows(deps, appId, userId, leftoversOf({ ...read, leftovers: [] })))
  }
  if (fields.includes('leftovers')) {
    await deleteLeftovers(tx, appId, userId, 'others')
    await insertLeftovers(tx, leftoverRows(deps, appId, userId, read.leftovers))
  }
}

const MAX_SCOPES = 100

function changeOf({ user, imported }: HeldUser, { parts }: Candidate, fields: readonly Field[]): UserChange {
  const profile = imported ? parts.profile : { ...parts.profile, ...user.profile }
  const scopes = imported ? parts.scopes : [...new Set([...user.scopes, ...parts.scopes])].slice(0, MAX_SCOPES)
  return {
    ...(fields.includes('profile') && { profile }),
    ...(fields.includes('scopes') && { scopes }),
    ...(fields.includes('status') && { status: parts.isBlocked ? ('inactive' as const) : ('active' as const) }),
  }
}

/** What is equal to nothing: a part that no import has written, and none will. */
const OURS = '-'

async function note(
  tx: Tx,
  { appId, importId }: Mandate,
  { user, imported }: HeldUser,
  { read, wanted }: Candidate,
  fields: readonly Field[],
): Promise<void> {
  const before = imported && readDigests(imported.applied)
  const applied = { ...wanted }
  for (const field of FIELDS) if (!fields.includes(field)) applied[field] = before?.[field] ?? OURS
  await putImportedUser(tx, {
    app_id: appId,
    user_id: user.id,
    import_id: importId,
    is_new: 0,
    applied: writeDigests(applied),
    source_updated_at: read.updatedAt ?? imported?.source_updated_at ?? null,
    source_seen_at: later(read.lastSeenAt ?? null, imported?.source_seen_at ?? null),
    external_id: read.user.externalId,
  })
}

const later = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.max(a, b))
