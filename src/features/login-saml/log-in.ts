import type { Application } from '../../core/applications/application.ts'
import type { Outcome } from '../../core/attempts/attempt.ts'
import { consumeOpenAttempt } from '../../core/attempts/store.ts'
import type { LoginAttemptRow } from '../../core/attempts/tables.ts'
import { issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { emit } from '../../core/events/store.ts'
import { type FederatedHolding, holdAccount, type ShownAccount } from '../../core/federation/hold.ts'
import type { HolderPolicy } from '../../core/federation/holder.ts'
import { settleGroups } from '../../core/groups/membership.ts'
import { locationOf } from '../../core/return-targets/target.ts'
import type { SamlConnection } from '../../core/saml-connections/connection.ts'
import { resolveConnection } from '../../core/saml-connections/resolve.ts'
import { isTooLarge, mergeProfile } from '../../core/users/profile.ts'
import { type Raced, settle } from '../../core/users/settle.ts'
import { findSessionsEnded } from '../../core/users/store/session-ends.ts'
import { findUser, findUserForUpdate, updateUser } from '../../core/users/store.ts'
import { otpSettings } from '../../core/verifications/limits.ts'
import { findOnlyWays } from '../../core/ways-in/enforcement.ts'
import type { Reading } from '../../crypto/saml/response.ts'
import { SKEW_MS } from '../../crypto/saml/rules.ts'
import { type Tx, type Undo, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { settingsOf } from '../../platform/settings.ts'
import { membershipsOf, personOf, problemOf, type SamlPerson } from './person.ts'
import { samlSettings } from './settings.ts'
import { type Refusal, tell } from './tell.ts'
import { errorParameters, type ReturnedError } from './wire.ts'

/** A login that an identity provider vouches for. */
export interface Login {
  readonly connection: SamlConnection
  readonly reading: Reading
  /** Undefined where nobody has asked. */
  readonly request: LoginAttemptRow | undefined
  /** Where the browser goes on to. */
  readonly target: string
}

/** Nobody began it, so no browser is bound to it: what it brings must be used at once. */
const UNASKED_LIFETIME_SECONDS = 60

type Held = { kind: 'held'; userId: string; endedAt: number | null }
type Holding = Held | { kind: 'used' | 'ended' } | Exclude<FederatedHolding, { kind: 'held' } | Raced>

const REFUSED = {
  used: { check: 'request', reason: 'the login that it answers was answered before' },
  ended: { check: 'age', reason: 'it was issued before the user was logged out everywhere' },
} as const satisfies Readonly<Record<string, Refusal>>

/** Find or make the user whom an assertion shows, and say where the browser goes on to. Done once for each assertion. */
export async function logIn(deps: Deps, app: Application, login: Login): Promise<Outcome> {
  const { connection, reading, request, target } = login
  const goOn = (parameters: Readonly<Record<string, string>>) => locationOf(target, parameters)
  const person = personOf(connection, reading)
  const reason = problemOf(connection, person)
  if (reason !== undefined) {
    await tell(deps, app.id, connection, 'saml.login_refused', { check: 'email_domain', reason })
    return { location: goOn(errorParameters('saml_email_domain_not_allowed')) }
  }
  const account = accountOf(connection, person, await speaksFor(deps, app, connection, person))
  const memberships = membershipsOf(connection, person)
  const holding = await settle<Holding>(deps, (tx) => hold(tx, deps, app, login, account, memberships))
  if (holding.kind === 'used' || holding.kind === 'ended')
    await tell(deps, app.id, connection, 'saml.login_refused', REFUSED[holding.kind])
  if (holding.kind !== 'held') return { location: goOn(errorParameters(errorOf(holding))) }
  const proof = {
    userId: holding.userId,
    identity: account.identity,
    amr: ['fed'],
    codeChallenge: request?.code_challenge,
    lifetimeSeconds: request ? undefined : UNASKED_LIFETIME_SECONDS,
  }
  const issuing = { jti: newId('cht', deps), at: deps.now(), sessionsEndedAt: holding.endedAt }
  const challenge_token = await issueLoginChallenge(deps, app, proof, issuing)
  return { location: goOn({ challenge_token }), who: JSON.stringify([connection.id, person.subject]) }
}

async function hold(
  tx: Tx,
  deps: Deps,
  app: Application,
  { connection, reading, request }: Login,
  account: ShownAccount,
  memberships: ReturnType<typeof membershipsOf>,
): Promise<Holding | Raced | Undo<Holding>> {
  if (request && !(await consumeOpenAttempt(tx, app.id, request.id_hash, deps.now()))) return { kind: 'used' }
  const holding = await holdAccount(tx, deps, app.id, account, policyOf(app, connection))
  if (holding.kind !== 'held') return holding
  const { userId, isAdopted } = holding
  const only = await findOnlyWays(tx, app.id, userId)
  if (only && !only.includes(connection.id)) return undo<Holding>({ kind: 'refused', why: 'blocked' })
  const endedAt = await findSessionsEnded(tx, app.id, userId)
  // The clock of the identity provider may be as far behind.
  if (!isAdopted && endedAt !== null && reading.issuedAt + SKEW_MS < endedAt) return undo<Holding>({ kind: 'ended' })
  if (settingsOf(app, samlSettings).rewrites_profile)
    await rewriteProfile(tx, deps, app.id, userId, connection, account.profile)
  if (memberships) await joinGroups(tx, deps, app.id, connection.id, userId, memberships)
  if (!request) {
    await emit(tx, deps, app.id, 'saml.unasked_login', { connection_id: connection.id, user_id: userId })
  }
  return { kind: 'held', userId, endedAt }
}

/** Have somebody be in those groups of the list that the company says. Of those that are no group here it is told: the list names them. */
async function joinGroups(
  tx: Tx,
  deps: Deps,
  appId: string,
  connectionId: string,
  userId: string,
  memberships: NonNullable<ReturnType<typeof membershipsOf>>,
): Promise<void> {
  await findUserForUpdate(tx, appId, userId)
  const groups = await settleGroups(tx, deps, appId, userId, memberships)
  const payload = { connection_id: connectionId, user_id: userId, groups }
  if (groups.length > 0) await emit(tx, deps, appId, 'saml.groups_unknown', payload)
}

/** Whether the connection, and no other one, speaks for the address of somebody. With no domains it speaks for nobody's: what it says would take another company's. */
async function speaksFor(
  deps: Deps,
  app: Application,
  { id }: SamlConnection,
  { email, isOfCompany, isWritten }: SamlPerson,
): Promise<boolean> {
  if (email === undefined || !isOfCompany || !isWritten) return false
  return (await resolveConnection(deps.db, app.id, { type: 'email_address', value: email }))?.id === id
}

function accountOf({ id }: SamlConnection, person: SamlPerson, isVerified: boolean): ShownAccount {
  const { subject, email, groups } = person
  // What does not fit into a profile is left out, the groups first of all.
  const wanted = [{ ...person.profile, ...(groups.length > 0 && { groups }) }, person.profile]
  return {
    identity: { provider: id, issuer: '', subject, email },
    email: email === undefined ? undefined : { type: 'email_address', value: email, isVerified },
    profile: wanted.find((one) => !isTooLarge(one)) ?? {},
    source: 'saml',
  }
}

const policyOf = (app: Application, { config: { behavior } }: SamlConnection): HolderPolicy => ({
  usesEmail: true,
  merges: behavior.allow_email_account_merge,
  // A company vouches for its people itself.
  asksForCode: false,
  existingOnly: !behavior.jit_provisioning,
  reclaim: settingsOf(app, otpSettings).reclaim,
})

/** What the mapping names and nobody said stays with nobody: who is in no group any more is in none here. Nor does what has no room left. */
async function rewriteProfile(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { config: { mapping } }: SamlConnection,
  said: ShownAccount['profile'],
): Promise<void> {
  const user = await findUser(tx, appId, userId)
  const unsaid = {
    ...Object.fromEntries(Object.keys(mapping.custom).map((member) => [member, null])),
    ...(mapping.groups !== undefined && { groups: [] }),
  }
  const changes = [{ ...unsaid, ...said }, unsaid]
  const profile = user && changes.map((change) => mergeProfile(user.profile, change)).find((one) => !isTooLarge(one))
  if (!profile || JSON.stringify(profile) === JSON.stringify(user.profile)) return
  await updateUser(tx, deps, appId, userId, { profile })
}

function errorOf(holding: Exclude<Holding, Held>): ReturnedError {
  switch (holding.kind) {
    case 'taken':
      return 'email_already_in_use'
    case 'refused':
      return holding.why === 'nobody' ? 'saml_user_not_provisioned' : 'access_denied'
    default:
      return 'saml_authentication_failed'
  }
}
