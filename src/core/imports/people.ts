import type { Db, Tx } from '../../platform/db.ts'
import type { FederationTables } from '../federation/tables.ts'
import { listHeld } from '../identifiers/store.ts'
import type { UserTables } from '../users/tables.ts'
import type { Candidate } from './prepare.ts'
import type { ImportTables } from './tables.ts'

/** A user with the external id of a record. */
export interface KnownUser {
  readonly id: string
  /** What an import has applied; null when none has. */
  readonly applied: string | null
  /** When the legacy system saw them, as a file said last; Unix ms. */
  readonly seenAt: number | null
}

/** Users by external id, of many at once. */
export async function findKnown(
  db: Db,
  appId: string,
  externalIds: readonly string[],
): Promise<Map<string, KnownUser>> {
  if (externalIds.length === 0) return new Map()
  const rows = await db
    .withTables<UserTables & ImportTables>()
    .selectFrom('users')
    .leftJoin('imported_users', (join) =>
      join.onRef('imported_users.app_id', '=', 'users.app_id').onRef('imported_users.user_id', '=', 'users.id'),
    )
    .select(['users.id', 'users.external_id', 'imported_users.applied', 'imported_users.source_seen_at'])
    .where('users.app_id', '=', appId)
    .where('users.external_id', 'in', externalIds)
    .execute()
  return new Map(
    rows.map(({ id, external_id, applied, source_seen_at: seenAt }) => [external_id ?? '', { id, applied, seenAt }]),
  )
}

/** Note when the legacy system saw somebody last, as a later file says. */
export async function noteSeen(tx: Tx, appId: string, userId: string, seenAt: number): Promise<void> {
  await tx
    .withTables<ImportTables>()
    .updateTable('imported_users')
    .set({ source_seen_at: seenAt })
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .execute()
}

/** What of all that these records have proven somebody here has proven too: keys of `identifierProof`, and of accounts at providers without their issuer. */
export async function findTaken(db: Db, appId: string, candidates: readonly Candidate[]): Promise<Set<string>> {
  const proven = candidates.flatMap(({ read }) => read.user.identifiers.filter(({ verified }) => verified))
  const identities = candidates.flatMap(({ read }) => read.user.federatedIdentities)
  const taken = await listHeld(db, appId, proven, 'proven')
  for (const [provider, some] of Map.groupBy(identities, (one) => one.provider)) {
    const rows = await db
      .withTables<FederationTables>()
      .selectFrom('federated_identities')
      .select('subject')
      .where('app_id', '=', appId)
      .where('provider', '=', provider)
      .where('issuer', 'in', [...new Set(some.map(({ issuer }) => issuer))])
      .where('subject', 'in', [...new Set(some.map(({ subject }) => subject))])
      .execute()
    for (const { subject } of rows) taken.add(placeOfIdentity({ provider, subject }))
  }
  return taken
}

export const placeOfIdentity = ({ provider, subject }: { provider: string; subject: string }) =>
  `${provider} ${subject}`

/** Everything that a record has proven, as `findTaken` names it. */
export const provenOf = ({ read }: Candidate): string[] => [
  ...read.user.identifiers.flatMap(({ type, value, verified }) => (verified ? [`${type} ${value}`] : [])),
  ...read.user.federatedIdentities.map(placeOfIdentity),
]
