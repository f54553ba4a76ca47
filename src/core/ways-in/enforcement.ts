import type { Db } from '../../platform/db.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { findOwner, listIdentifiers } from '../identifiers/store.ts'
import type { SamlConnection } from '../saml-connections/connection.ts'
import { findEnforcedConnection } from '../saml-connections/resolve.ts'

/** The connection by which a user must come in, by whatever address they have proven; undefined where they come in as they like. */
export async function findEnforcedFor(db: Db, appId: string, userId: string): Promise<SamlConnection | undefined> {
  const proven = (await listIdentifiers(db, appId, [userId])).filter(({ verified_at }) => verified_at !== null)
  for (const identifier of proven) {
    const connection = await findEnforcedConnection(db, appId, identifier)
    if (connection) return connection
  }
  return undefined
}

/** The connection by which whoever proves an identifier must come in: by what it is, or by any address of the user who has proven it. */
export async function findEnforcedBy(
  db: Db,
  appId: string,
  identifier: Identifier,
): Promise<SamlConnection | undefined> {
  const connection = await findEnforcedConnection(db, appId, identifier)
  if (connection) return connection
  const ownerId = await findOwner(db, appId, identifier)
  return ownerId === undefined ? undefined : await findEnforcedFor(db, appId, ownerId)
}
