import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { Application } from '../applications/application.ts'
import { endOlder } from '../claims/claims.ts'
import { settleGroups } from '../groups/membership.ts'
import { passwordRow } from '../passwords/credential.ts'
import { insertPassword } from '../passwords/store.ts'
import { listAllowedScopes } from '../scopes/store.ts'
import { createUser, insertBelongings } from '../users/create.ts'
import { consumeLink } from '../users/external-id.ts'
import { findUser, updateUser } from '../users/store.ts'
import { listAccounts, recordOf } from './accounts.ts'
import type { LegacyUser } from './legacy-user.ts'
import { type Disputed, decideLink, federatedProof, identifierProof, type LinkRule } from './matching.ts'

export type Adoption =
  /** `leftOut`: places of scopes that were not granted, and of groups that the user was not put into. */
  | { kind: 'adopted'; userId: string; leftOut: readonly string[] }
  | { kind: 'blocked' }
  /** Somebody else changed the same people meanwhile: look again. */
  | { kind: 'raced' }

/** Make the user of a legacy record, without what is disputed. Anything but `adopted` must be undone by the caller. */
export async function createLegacyUser(
  tx: Tx,
  deps: Deps,
  app: Application,
  legacy: LegacyUser,
  disputed: Disputed,
): Promise<Adoption> {
  const id = newId('usr', deps)
  const { externalId, profile } = legacy
  const { scopes, leftOut } = await chooseScopes(tx, app.id, legacy)
  const person = { id, externalId, profile, scopes, ...without(legacy, disputed), migrated: true, source: 'migration' }
  if ((await createUser(tx, deps, app.id, person)) !== 'created') return { kind: 'raced' }
  await takePassword(tx, deps, app.id, id, legacy)
  return { kind: 'adopted', userId: id, leftOut: [...leftOut, ...(await joinGroups(tx, deps, app.id, id, legacy))] }
}

/**
 * Make a user the one of a legacy record, as far as the record still says so: what we know wins, what is missing is filled in. Anything but `adopted`
 * must be undone by the caller.
 */
export async function linkLegacyUser(
  tx: Tx,
  deps: Deps,
  app: Application,
  id: string,
  legacy: LegacyUser,
  { disputed, rule }: { disputed: Disputed; rule: LinkRule },
): Promise<Adoption> {
  if (!(await consumeLink(tx, deps, app.id, id, legacy.externalId))) return { kind: 'raced' }
  // Read only now, when nobody else can change the user before this transaction ends.
  const user = await findUser(tx, app.id, id)
  if (user?.status !== 'active') return { kind: 'blocked' }
  const [account] = await listAccounts(tx, app.id, [id])
  const proof = account && decideLink(recordOf(legacy), account, rule)
  if (!proof) return { kind: 'raced' }

  await endOlder(tx, deps, app.id, id, proof.provenAt)
  if (!(await insertBelongings(tx, deps, app.id, { id, ...without(legacy, disputed) }))) return { kind: 'raced' }
  const { scopes, leftOut } = await chooseScopes(tx, app.id, legacy, user.scopes)
  const addsToProfile = Object.keys(legacy.profile).some((member) => !Object.hasOwn(user.profile, member))
  const profile = addsToProfile ? { profile: { ...legacy.profile, ...user.profile } } : {}
  await updateUser(tx, deps, app.id, id, { scopes, ...profile })
  // The password belongs to whoever made the legacy system's proof: when ours is the later one, that may have been somebody else.
  if (proof.isTheirs) await takePassword(tx, deps, app.id, id, legacy)
  return { kind: 'adopted', userId: id, leftOut: [...leftOut, ...(await joinGroups(tx, deps, app.id, id, legacy))] }
}

/** A user who has a password already keeps it. */
async function takePassword(tx: Tx, deps: Deps, appId: string, userId: string, { password }: LegacyUser) {
  if (password?.kind === 'hash') await insertPassword(tx, passwordRow(deps, appId, { userId, hash: password.hash }))
}

/** Put a user into the groups of the record that there are. Answers the places of the others. */
async function joinGroups(tx: Tx, deps: Deps, appId: string, userId: string, { groups }: LegacyUser) {
  const left = await settleGroups(tx, deps, appId, userId, { names: [...groups.keys()], governed: [] })
  return left.map((name) => groups.get(name) ?? '')
}

const without = ({ identifiers, federatedIdentities }: LegacyUser, disputed: Disputed) => ({
  identifiers: identifiers.filter((one) => !one.verified || !disputed.has(identifierProof(one, undefined).key)),
  federatedIdentities: federatedIdentities.filter((one) => !disputed.has(federatedProof(one, undefined).key)),
})

/** As many as the management API would grant: all of them are in every access token of the user. */
const MAX_SCOPES = 100

/** The scopes of a user who has some of their own already. Those of the record count as far as the application allows them. */
async function chooseScopes(tx: Tx, appId: string, legacy: LegacyUser, own: readonly string[] = []) {
  const allowed = legacy.scopes.size > 0 ? await listAllowedScopes(tx, appId) : []
  const scopes = new Set(own)
  const leftOut: string[] = []
  for (const [scope, place] of legacy.scopes) {
    const isTaken = scopes.has(scope) || (allowed.includes(scope) && scopes.size < MAX_SCOPES)
    if (isTaken) scopes.add(scope)
    else leftOut.push(place)
  }
  return { scopes: [...scopes], leftOut }
}
