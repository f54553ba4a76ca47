import type { Db } from '../../platform/db.ts'
import { findIssuer } from '../federation/config-store.ts'
import { type FederatedKey, findFederatedOwner, listFederatedIdentities } from '../federation/store.ts'
import { findOwner } from '../identifiers/store/holders.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import { findStatusByExternalId } from '../users/store/ids.ts'
import { listUsers } from '../users/store.ts'
import type { LegacyUser } from './legacy-user.ts'
import { type Account, federatedProof, identifierProof, type LegacyRecord } from './matching.ts'

/** What a legacy user says of who they are. */
export function recordOf({ externalId, identifiers, federatedIdentities }: LegacyUser): LegacyRecord {
  const proven = identifiers.filter(({ verified }) => verified)
  return {
    externalId,
    isIdentified: identifiers.length > 0,
    proofs: [
      ...proven.map((identifier) => identifierProof(identifier, identifier.verifiedAt)),
      ...federatedIdentities.map((identity) => federatedProof(identity, undefined)),
    ],
  }
}

/** A record means the issuer that each provider is configured with now. */
export async function nameIssuers(db: Db, appId: string, legacy: LegacyUser): Promise<LegacyUser> {
  const federatedIdentities: FederatedKey[] = []
  for (const identity of legacy.federatedIdentities) {
    federatedIdentities.push({ ...identity, issuer: await findIssuer(db, appId, identity.provider) })
  }
  return { ...legacy, federatedIdentities }
}

/** Whom a legacy user may be here: the user with the external id alone, or everybody who has proven something of theirs. */
export async function findAccounts(db: Db, appId: string, legacy: LegacyUser): Promise<Account[]> {
  const known = await findStatusByExternalId(db, appId, legacy.externalId)
  if (known) return [{ ...known, externalId: legacy.externalId, proofs: [] }]
  const ids = new Set<string>()
  for (const identifier of legacy.identifiers) {
    const owner = identifier.verified ? await findOwner(db, appId, identifier) : undefined
    if (owner) ids.add(owner)
  }
  for (const identity of legacy.federatedIdentities) {
    const owner = await findFederatedOwner(db, appId, identity)
    if (owner) ids.add(owner)
  }
  return await listAccounts(db, appId, [...ids])
}

/** Users with everything that they have proven. */
export async function listAccounts(db: Db, appId: string, ids: readonly string[]): Promise<Account[]> {
  const identifiers = await listIdentifiers(db, appId, ids)
  const federated = await listFederatedIdentities(db, appId, ids)
  // Last: whoever was linked to this very record in between is found as known, and not as somebody else.
  const users = await listUsers(db, appId, { ids })
  return users.map(({ id, externalId, status }) => ({
    id,
    externalId,
    status,
    proofs: [
      ...identifiers.flatMap((row) =>
        row.user_id === id && row.verified_at !== null
          ? [identifierProof(row, row.last_proven_at ?? row.verified_at)]
          : [],
      ),
      ...federated.flatMap((row) => (row.user_id === id ? [federatedProof(row, row.created_at)] : [])),
    ],
  }))
}
