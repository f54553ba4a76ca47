import type { Tx } from '../../platform/db.ts'
import type { FederationTables } from '../federation/tables.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import type { IdentifierTables } from '../identifiers/tables.ts'
import { readStatus, type UserStatus, type UserTables } from '../users/tables.ts'

/** A user who has an identifier, proven or not. */
export interface Claimant {
  readonly userId: string
  readonly status: UserStatus
  /** Whether the user has proven this very identifier. Of all claimants one at most has. */
  readonly verified: boolean
  /** Whether something else makes the user somebody: an external id, a federated identity, another proven identifier. */
  readonly established: boolean
}

/** Every user who has an identifier, oldest first. The database does as much whether somebody has it or nobody. */
export async function listClaimants(tx: Tx, appId: string, { type, value }: Identifier): Promise<Claimant[]> {
  const rows = await tx
    .withTables<IdentifierTables & UserTables>()
    .selectFrom('identifiers')
    .innerJoin('users', (join) =>
      join.onRef('users.app_id', '=', 'identifiers.app_id').onRef('users.id', '=', 'identifiers.user_id'),
    )
    .select(['users.id', 'users.status', 'users.external_id', 'identifiers.verified_at'])
    .where('identifiers.app_id', '=', appId)
    .where('identifiers.type', '=', type)
    .where('identifiers.value', '=', value)
    .orderBy('users.created_at')
    .orderBy('users.id')
    .execute()
  const unproven = rows.filter((row) => row.verified_at === null).map((row) => row.id)
  const proven = new Set<string>()
  for (const id of unproven.length > 0 ? unproven : ['']) if (await hasProven(tx, appId, id)) proven.add(id)
  return rows.map(({ id, status, external_id, verified_at }) => {
    const verified = verified_at !== null
    return {
      userId: id,
      status: readStatus(status),
      verified,
      established: verified || external_id !== null || proven.has(id),
    }
  })
}

/** Whether a user has proven anything: an identifier, or an account at an identity provider. */
async function hasProven(tx: Tx, appId: string, userId: string): Promise<boolean> {
  const { identifiers, federated } = await tx
    .withTables<IdentifierTables & FederationTables>()
    .selectNoFrom((eb) => [
      eb
        .selectFrom('identifiers')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .where('app_id', '=', appId)
        .where('user_id', '=', userId)
        .where('verified_at', 'is not', null)
        .as('identifiers'),
      eb
        .selectFrom('federated_identities')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .where('app_id', '=', appId)
        .where('user_id', '=', userId)
        .as('federated'),
    ])
    .executeTakeFirstOrThrow()
  return Number(identifiers) > 0 || Number(federated) > 0
}

/** Users other than this one who have an identifier without having proven it. */
export async function listRivals(
  tx: Tx,
  appId: string,
  userId: string,
  { type, value }: Identifier,
): Promise<string[]> {
  const rows = await tx
    .withTables<IdentifierTables>()
    .selectFrom('identifiers')
    .select('user_id')
    .where('app_id', '=', appId)
    .where('type', '=', type)
    .where('value', '=', value)
    .where('user_id', '!=', userId)
    .where('verified_at', 'is', null)
    .execute()
  return rows.map((row) => row.user_id)
}
