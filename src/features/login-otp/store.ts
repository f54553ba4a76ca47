import type { Identifier } from '../../core/identifiers/identifier.ts'
import type { IdentifierTables } from '../../core/identifiers/tables.ts'
import type { UserTables } from '../../core/users/tables.ts'
import type { Tx } from '../../platform/db.ts'
import type { Claimant } from './holder.ts'

/** Every user who has an identifier, oldest first. One query, whether somebody has it or nobody. */
export async function listClaimants(tx: Tx, appId: string, { type, value }: Identifier): Promise<Claimant[]> {
  const rows = await tx
    .withTables<IdentifierTables & UserTables>()
    .selectFrom('identifiers')
    .innerJoin('users', (join) =>
      join.onRef('users.app_id', '=', 'identifiers.app_id').onRef('users.id', '=', 'identifiers.user_id'),
    )
    .select((eb) => [
      'users.id',
      'users.status',
      'users.external_id',
      'identifiers.verified_at',
      eb
        .selectFrom('identifiers as proven')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .whereRef('proven.app_id', '=', 'users.app_id')
        .whereRef('proven.user_id', '=', 'users.id')
        .where('proven.verified_at', 'is not', null)
        .as('proven'),
      eb
        .selectFrom('federated_identities as federated')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .whereRef('federated.app_id', '=', 'users.app_id')
        .whereRef('federated.user_id', '=', 'users.id')
        .as('federated'),
    ])
    .where('identifiers.app_id', '=', appId)
    .where('identifiers.type', '=', type)
    .where('identifiers.value', '=', value)
    .orderBy('users.created_at')
    .orderBy('users.id')
    .execute()
  return rows.map((row) => ({
    userId: row.id,
    status: row.status,
    verified: row.verified_at !== null,
    established: row.external_id !== null || Number(row.proven) > 0 || Number(row.federated) > 0,
  }))
}
