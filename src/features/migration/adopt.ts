import { findFederatedOwner, findOwner } from '../../core/identifiers/store.ts'
import { passwordRow } from '../../core/passwords/credential.ts'
import { insertPassword } from '../../core/passwords/store.ts'
import { createUser, insertBelongings } from '../../core/users/create.ts'
import {
  consumeLink,
  findUser,
  findUserByExternalId,
  listUsers,
  markMigrated,
  updateUser,
} from '../../core/users/store.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { LegacyUser } from './legacy-user.ts'
import { decideMatch, type Matches } from './matching.ts'

export type Adoption =
  | { kind: 'adopted'; userId: string }
  | { kind: 'conflict' }
  | { kind: 'blocked' }
  /** Somebody else changed the same people meanwhile: look again. */
  | { kind: 'raced' }

/** Find, link or create the user of a legacy record. The record is applied once, when the user is created or linked: afterwards this side is the truth. */
export async function adopt(tx: Tx, deps: Deps, appId: string, legacy: LegacyUser) {
  const decided = decideMatch(await findMatches(tx, appId, legacy))
  if (decided.kind === 'conflict') return { kind: 'conflict' } as const
  if (decided.kind === 'create') return await create(tx, deps, appId, legacy)
  if (decided.kind === 'link') return await link(tx, deps, appId, decided.userId, legacy)
  const user = await findUser(tx, appId, decided.userId)
  if (!user) return { kind: 'raced' } as const
  if (user.status !== 'active') return { kind: 'blocked' } as const
  await markMigrated(tx, deps, appId, user.id)
  return { kind: 'adopted', userId: user.id } as const
}

async function create(tx: Tx, deps: Deps, appId: string, legacy: LegacyUser) {
  const id = newId('usr', deps)
  const created = await createUser(tx, deps, appId, { ...legacy, id, migrated: true, source: 'migration' })
  if (created !== 'created') return undo<Adoption>({ kind: 'raced' })
  await takePassword(tx, deps, appId, id, legacy)
  return { kind: 'adopted', userId: id } as const
}

/** A user who has a password already keeps it. */
async function takePassword(tx: Tx, deps: Deps, appId: string, userId: string, { password }: LegacyUser) {
  if (password?.kind === 'hash') await insertPassword(tx, passwordRow(deps, appId, { userId, hash: password.hash }))
}

async function link(tx: Tx, deps: Deps, appId: string, id: string, legacy: LegacyUser) {
  if (!(await consumeLink(tx, deps, appId, id, legacy.externalId))) return undo<Adoption>({ kind: 'raced' })
  // Read only now, when nobody else can change the user before this transaction ends.
  const user = await findUser(tx, appId, id)
  if (user?.status !== 'active') return undo<Adoption>({ kind: 'blocked' })
  if (!(await insertBelongings(tx, deps, appId, { ...legacy, id }))) return undo<Adoption>({ kind: 'raced' })
  const addsToProfile = Object.keys(legacy.profile).some((member) => !Object.hasOwn(user.profile, member))
  await updateUser(tx, deps, appId, id, {
    scopes: [...new Set([...user.scopes, ...legacy.scopes])],
    ...(addsToProfile && { profile: { ...legacy.profile, ...user.profile } }),
  })
  await takePassword(tx, deps, appId, id, legacy)
  return { kind: 'adopted', userId: id } as const
}

async function findMatches(tx: Tx, appId: string, legacy: LegacyUser): Promise<Matches> {
  const ids = new Set<string>()
  for (const identifier of legacy.identifiers) {
    const owner = identifier.verified ? await findOwner(tx, appId, identifier) : undefined
    if (owner) ids.add(owner)
  }
  for (const { provider, subject } of legacy.federatedIdentities) {
    const owner = await findFederatedOwner(tx, appId, provider, subject)
    if (owner) ids.add(owner)
  }
  const owners = await listUsers(tx, appId, { ids: [...ids] })
  // After the owners: if one of them was linked to this very record in between, it is found here, and no stranger.
  return { byExternalId: await findUserByExternalId(tx, appId, legacy.externalId), owners }
}
