import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endRivalClaims } from '../claims/claims.ts'
import { emit } from '../events/store.ts'
import { type FederatedIdentity, insertFederatedIdentity } from '../federation/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { insertIdentifier } from '../identifiers/store.ts'
import { findOlderAddresses, tellOlderAddresses } from '../messages/notice.ts'
import { insertUser, type NewUser } from './store.ts'

export interface NewPerson extends NewUser {
  readonly identifiers: readonly (Identifier & { verified: boolean })[]
  readonly federatedIdentities?: readonly FederatedIdentity[]
  /** Where the user comes from: `api`, `migration` … */
  readonly source: string
}

/** Create a user with identifiers, with its event, which names those that are proven. Anything but `created` must be undone by the caller. */
export async function createUser(
  tx: Tx,
  deps: Deps,
  appId: string,
  person: NewPerson,
): Promise<'created' | 'id_taken' | 'identifier_taken'> {
  if (!(await insertUser(tx, deps, appId, person))) return 'id_taken'
  const now = deps.now()
  const payload = {
    user_id: person.id,
    identifiers: person.identifiers.filter(({ verified }) => verified).map(({ type, value }) => ({ type, value })),
    profile: person.profile ?? {},
    source: person.source,
    created_at: rfc3339(now),
  }
  await emit(tx, deps, appId, 'user.created', payload)
  return (await attachAll(tx, deps, appId, person)) ? 'created' : 'identifier_taken'
}

type Belongings = Pick<NewPerson, 'id' | 'identifiers' | 'federatedIdentities'>

/**
 * Give a user that exists identifiers and federated identities, and tell the addresses it had before; who only claimed one that is proven now
 * loses it. False when one belongs to somebody else.
 */
export async function insertBelongings(tx: Tx, deps: Deps, appId: string, person: Belongings): Promise<boolean> {
  const older = await findOlderAddresses(tx, appId, person.id)
  if (!(await attachAll(tx, deps, appId, person))) return false
  const isNew = ({ type, value }: Identifier) => !older.some((one) => one.type === type && one.value === value)
  if (person.identifiers.some((one) => one.verified && isNew(one)))
    await tellOlderAddresses(tx, deps, appId, person.id, { change: 'identifier_added', older })
  return true
}

async function attachAll(tx: Tx, deps: Deps, appId: string, person: Belongings): Promise<boolean> {
  // In one order for everybody, so that two transactions over the same identifiers cannot wait for each other in a circle.
  const identifiers = person.identifiers.toSorted((a, b) => (a.value < b.value ? -1 : 1))
  for (const { verified, ...identifier } of identifiers) {
    if (!(await insertIdentifier(tx, deps, appId, person.id, identifier, verified))) return false
    if (verified) await endRivalClaims(tx, deps, appId, person.id, identifier)
  }
  const federated = person.federatedIdentities ?? []
  for (const identity of federated.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))) {
    if (!(await insertFederatedIdentity(tx, deps, appId, person.id, identity))) return false
  }
  return true
}

const placeOf = ({ provider, issuer, subject }: FederatedIdentity) => `${provider} ${issuer} ${subject}`
