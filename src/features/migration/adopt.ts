import type { Application } from '../../core/applications/application.ts'
import { endOlder } from '../../core/claims/claims.ts'
import { passwordRow } from '../../core/passwords/credential.ts'
import { insertPassword } from '../../core/passwords/store.ts'
import { listAllowedScopes } from '../../core/scopes/store.ts'
import { createUser, insertBelongings } from '../../core/users/create.ts'
import { consumeLink, markMigrated } from '../../core/users/external-id.ts'
import { findUser, updateUser } from '../../core/users/store.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { settingsOf } from '../../platform/settings.ts'
import { findAccounts, listAccounts, nameIssuers, recordOf } from './accounts.ts'
import { announceDisputes, announceLeftOut } from './announcements.ts'
import type { LegacyUser } from './legacy-user.ts'
import { type Disputed, decideLink, decideMatch, federatedProof, identifierProof } from './matching.ts'
import { migrationSettings } from './settings.ts'

export type Adoption =
  | { kind: 'adopted'; userId: string }
  | { kind: 'conflict' | 'blocked' | 'unidentified' }
  /** Somebody else changed the same people meanwhile: look again. */
  | { kind: 'raced' }

/** Find, link or create the user of a legacy record. The record is applied once, when the user is created or linked: afterwards this side is the truth. */
export async function adopt(tx: Tx, deps: Deps, app: Application, record: LegacyUser) {
  const legacy = await nameIssuers(tx, app.id, record)
  const accounts = await findAccounts(tx, app.id, legacy)
  const decided = decideMatch(recordOf(legacy), accounts, settingsOf(app, migrationSettings).link)
  switch (decided.kind) {
    case 'known':
      await markMigrated(tx, deps, app.id, decided.userId)
      return { kind: 'adopted', userId: decided.userId } as const
    case 'link':
      return await link(tx, deps, app, decided.userId, legacy, decided.disputed)
    case 'create':
      return await create(tx, deps, app, legacy, decided.disputed)
    default:
      return { kind: decided.kind } as const
  }
}

async function create(tx: Tx, deps: Deps, app: Application, legacy: LegacyUser, disputed: Disputed) {
  const id = newId('usr', deps)
  const { externalId, profile } = legacy
  const { scopes, leftOut } = await chooseScopes(tx, app.id, legacy)
  const person = { id, externalId, profile, scopes, ...without(legacy, disputed), migrated: true, source: 'migration' }
  if ((await createUser(tx, deps, app.id, person)) !== 'created') return undo<Adoption>({ kind: 'raced' })
  await takePassword(tx, deps, app.id, id, legacy)
  await announceDisputes(tx, deps, app.id, id, legacy, disputed)
  await announceLeftOut(tx, deps, app.id, legacy, leftOut)
  return { kind: 'adopted', userId: id } as const
}

async function link(tx: Tx, deps: Deps, app: Application, id: string, legacy: LegacyUser, disputed: Disputed) {
  if (!(await consumeLink(tx, deps, app.id, id, legacy.externalId))) return undo<Adoption>({ kind: 'raced' })
  // Read only now, when nobody else can change the user before this transaction ends.
  const user = await findUser(tx, app.id, id)
  if (user?.status !== 'active') return undo<Adoption>({ kind: 'blocked' })
  const [account] = await listAccounts(tx, app.id, [id])
  const record = recordOf(legacy)
  const proof = account && decideLink(record, account, settingsOf(app, migrationSettings).link)
  if (!proof) return undo<Adoption>({ kind: 'raced' })

  await endOlder(tx, deps, app.id, id, proof.provenAt)
  if (!(await insertBelongings(tx, deps, app.id, { id, ...without(legacy, disputed) })))
    return undo<Adoption>({ kind: 'raced' })
  const { scopes, leftOut } = await chooseScopes(tx, app.id, legacy, user.scopes)
  const addsToProfile = Object.keys(legacy.profile).some((member) => !Object.hasOwn(user.profile, member))
  const profile = addsToProfile ? { profile: { ...legacy.profile, ...user.profile } } : {}
  await updateUser(tx, deps, app.id, id, { scopes, ...profile })
  // The password belongs to whoever made the legacy system's proof: when ours is the later one, that may have been somebody else.
  if (proof.isTheirs) await takePassword(tx, deps, app.id, id, legacy)
  await announceDisputes(tx, deps, app.id, id, legacy, disputed)
  await announceLeftOut(tx, deps, app.id, legacy, leftOut)
  return { kind: 'adopted', userId: id } as const
}

/** A user who has a password already keeps it. */
async function takePassword(tx: Tx, deps: Deps, appId: string, userId: string, { password }: LegacyUser) {
  if (password?.kind === 'hash') await insertPassword(tx, passwordRow(deps, appId, { userId, hash: password.hash }))
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
