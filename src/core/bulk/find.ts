import type { Tx } from '../../platform/db.ts'
import { listOwners } from '../identifiers/store/holders.ts'
import { listAccounts } from '../legacy-users/accounts.ts'
import { listUsers } from '../users/store.ts'
import type { Found } from './decide.ts'
import type { BulkRow } from './row.ts'

/** Everybody whom a row may mean. */
export async function findRow(tx: Tx, appId: string, row: BulkRow): Promise<Found> {
  const { internalId, externalId } = row
  const named =
    internalId === undefined && externalId === undefined
      ? []
      : await listUsers(tx, appId, {
          internalIds: internalId === undefined ? [] : [internalId],
          externalIds: externalId === undefined ? [] : [externalId],
        })
  const ownerIds = await listOwnerIds(tx, appId, row)
  return {
    byInternalId: named.find((user) => internalId !== undefined && user.internalId === internalId),
    byExternalId: named.find((user) => externalId !== undefined && user.externalId === externalId),
    ownerIds,
    owners: named.length > 0 || ownerIds.length === 0 ? [] : await listAccounts(tx, appId, ownerIds),
  }
}

async function listOwnerIds(tx: Tx, appId: string, { identifiers }: BulkRow): Promise<string[]> {
  const ids = new Set<string>()
  for (const [type, some] of Map.groupBy(identifiers, (one) => one.type)) {
    const values = some.map(({ value }) => value)
    for (const id of await listOwners(tx, appId, type, values)) ids.add(id)
  }
  return [...ids]
}
