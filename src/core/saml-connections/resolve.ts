import type { Db } from '../../platform/db.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { readSamlConnection, type SamlConnection } from './connection.ts'
import { findSamlConnection, listConnectionsOfDomain } from './store.ts'

/** The connection that a path names, enabled or not. */
export async function findConnectionAt(
  db: Db,
  appId: string,
  { provider_id, connection_id }: { readonly provider_id: string; readonly connection_id: string },
): Promise<SamlConnection | undefined> {
  const row = await findSamlConnection(db, appId, connection_id)
  return row?.provider === provider_id ? readSamlConnection(row) : undefined
}

/**
 * The one enabled connection that speaks for an address: its domain exactly, for a subdomain is another. Undefined where there is none, or several, of which
 * nobody says whose the people are.
 */
export async function resolveConnection(
  db: Db,
  appId: string,
  { type, value }: Identifier,
): Promise<SamlConnection | undefined> {
  if (type !== 'email_address') return undefined
  const rows = await listConnectionsOfDomain(db, appId, value.slice(value.lastIndexOf('@') + 1))
  const [only, ...others] = rows.map(readSamlConnection).filter(({ config }) => config.enabled)
  return others.length === 0 ? only : undefined
}

/** The connection by which people with an address must come in; undefined where they come in as they like. */
export async function findEnforcedConnection(
  db: Db,
  appId: string,
  identifier: Identifier,
): Promise<SamlConnection | undefined> {
  const connection = await resolveConnection(db, appId, identifier)
  return connection?.config.behavior.enforce_login ? connection : undefined
}
