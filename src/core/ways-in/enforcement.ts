import type { Db } from '../../platform/db.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { findOwner } from '../identifiers/store/holders.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import type { SamlConnection } from '../saml-connections/connection.ts'
import { findEnforcedConnection, resolveConnection } from '../saml-connections/resolve.ts'

/** The connections that speak for the addresses that a user has proven. */
async function listCompanies(db: Db, appId: string, userId: string): Promise<SamlConnection[]> {
  const companies: SamlConnection[] = []
  for (const identifier of await listIdentifiers(db, appId, [userId])) {
    const company = identifier.verified_at === null ? undefined : await resolveConnection(db, appId, identifier)
    if (company) companies.push(company)
  }
  return companies
}

const enforces = ({ config }: SamlConnection) => config.behavior.enforce_login

/** The connection by which a user must come in, by whatever address they have proven; undefined where they come in as they like. */
export async function findEnforcedFor(db: Db, appId: string, userId: string): Promise<SamlConnection | undefined> {
  return (await listCompanies(db, appId, userId)).find(enforces)
}

/**
 * The ids of the connections by any of which a user must come in: those of all companies whose addresses they have proven, where one of them enforces its own, and
 * no other company's. Undefined where they come in as they like.
 */
export async function findOnlyWays(db: Db, appId: string, userId: string): Promise<readonly string[] | undefined> {
  const companies = await listCompanies(db, appId, userId)
  return companies.some(enforces) ? companies.map(({ id }) => id) : undefined
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
