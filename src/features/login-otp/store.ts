import type { Identifier } from '../../core/identifiers/identifier.ts'
import type { IdentifierTables } from '../../core/identifiers/tables.ts'
import type { UserTables } from '../../core/users/tables.ts'
import type { Tx } from '../../platform/db.ts'
import type { Claimant } from './holder.ts'

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
    return { userId: id, status, verified, established: verified || external_id !== null || proven.has(id) }
  })
}

/** Whether a user has proven anything: an identifier, or an account at an identity provider. */
async function hasProven(tx: Tx, appId: string, userId: string): Promise<boolean> {
  const { identifiers, federated } = await tx
    .withTables<IdentifierTables>()
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
