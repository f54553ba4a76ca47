import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { listFederatedIdentities } from '../federation/store.ts'
import type { FederatedIdentityRow } from '../federation/tables.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import type { IdentifierRow } from '../identifiers/tables.ts'
import { findPassword } from '../passwords/store.ts'
import { hasHadSession } from '../sessions/store.ts'
import { findUserHistory } from '../users/store/arrivals.ts'
import { findUserForUpdate, type User } from '../users/store.ts'
import type { Standing } from './decide.ts'
import { type Digests, digestsOf, readDigests } from './digests.ts'
import { findImportedUser } from './store.ts'
import type { ImportedUserRow } from './tables.ts'

/** A user who is here, with everything that an import might change. */
export interface HeldUser {
  readonly user: User
  readonly identifiers: readonly IdentifierRow[]
  readonly identities: readonly FederatedIdentityRow[]
  readonly imported: ImportedUserRow | undefined
  readonly standing: Standing
  /** Whether the user has come over, or has logged in. */
  readonly hasComeIn: boolean
}

/** Read a user, who stays so until the commit. Undefined when there is none any more. */
export async function holdUser(tx: Tx, deps: Deps, appId: string, userId: string): Promise<HeldUser | undefined> {
  const user = await findUserForUpdate(tx, appId, userId)
  const history = await findUserHistory(tx, appId, userId)
  if (!user || !history) return undefined
  const identifiers = await listIdentifiers(tx, appId, [userId])
  const identities = await listFederatedIdentities(tx, appId, [userId])
  const password = await findPassword(tx, appId, userId)
  const imported = await findImportedUser(tx, appId, userId)
  const applied = imported && readDigests(imported.applied)
  const digests = digestsOf(deps, appId, {
    identifiers: identifiers.map(({ type, value, verified_at }) => ({ type, value, verified: verified_at !== null })),
    profile: user.profile,
    scopes: user.scopes,
    groups: [],
    federatedIdentities: identities,
    passwordHash: password?.hash,
    isBlocked: user.status !== 'active',
    leftovers: [],
  })
  const current: Digests = { ...digests, groups: applied?.groups ?? '', leftovers: applied?.leftovers ?? '' }
  const { migrated_at, first_login_at } = history
  const hasComeIn = migrated_at !== null || first_login_at !== null || (await hasHadSession(tx, appId, userId))
  const hasOwnPassword = password !== undefined && applied?.password_hash !== current.password_hash
  const standing: Standing = {
    applied,
    current,
    isHere: hasComeIn || hasOwnPassword,
    sourceUpdatedAt: imported?.source_updated_at ?? undefined,
  }
  return { user, identifiers, identities, imported, standing, hasComeIn }
}
