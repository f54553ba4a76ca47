import { type Identifier, normaliseIdentifier } from '../core/identifiers/identifier.ts'
import { findOwner, listIdentifiers } from '../core/identifiers/store.ts'
import { findUser, findUserByExternalId, findUserIdByInternalId, type User } from '../core/users/store.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { ofApp } from './apps.ts'
import { done, misused, type Outcome, refused } from './outcome.ts'

/** By what a user is looked for: one member. */
export type UserQuery = {
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly externalId?: string | undefined
  readonly internalId?: string | undefined
  readonly id?: string | undefined
}

/** `antiphon users find` */
export async function findOne(deps: Deps, appId: string, query: UserQuery): Promise<Outcome> {
  if (Object.values(query).filter((value) => value !== undefined).length !== 1) {
    return misused('say by what: one of --email, --phone, --external-id, --internal-id and --id')
  }
  return await ofApp(deps, appId, async () => {
    const user = await search(deps, appId, query)
    if (user === 'malformed') return misused('this is no e-mail address, or no phone number with its country code')
    return user ? await describeUser(deps, appId, user) : refused(`application ${appId} has no such user`)
  })
}

async function search(deps: Deps, appId: string, query: UserQuery): Promise<User | 'malformed' | undefined> {
  const { email, phone, externalId, internalId, id } = query
  if (id !== undefined) return await findUser(deps.db, appId, id)
  if (internalId !== undefined) return await findByInternalId(deps, appId, internalId)
  if (externalId !== undefined) return await findUserByExternalId(deps.db, appId, externalId)
  const given: Identifier =
    email === undefined ? { type: 'phone_number', value: phone ?? '' } : { type: 'email_address', value: email }
  const identifier = await normaliseIdentifier(given)
  if (!identifier) return 'malformed'
  const owner = await findOwner(deps.db, appId, identifier)
  return owner === undefined ? undefined : await findUser(deps.db, appId, owner)
}

async function findByInternalId(deps: Deps, appId: string, internalId: string): Promise<User | undefined> {
  const id = await findUserIdByInternalId(deps.db, appId, internalId.toLowerCase())
  return id === undefined ? undefined : await findUser(deps.db, appId, id)
}

async function describeUser(deps: Deps, appId: string, user: User): Promise<Outcome> {
  const identifiers = await listIdentifiers(deps.db, appId, [user.id])
  const view = {
    id: user.id,
    external_id: user.externalId ?? null,
    internal_id: user.internalId ?? null,
    status: user.status,
    identifiers: identifiers.map((row) => ({
      type: row.type,
      value: row.value,
      verified: row.verified_at !== null,
    })),
    scopes: user.scopes,
    profile: user.profile,
    created_at: rfc3339(user.createdAt),
    updated_at: rfc3339(user.updatedAt),
  }
  const lines = [
    `User         ${view.id}`,
    `External id  ${view.external_id ?? 'none'}`,
    ...(view.internal_id === null ? [] : [`Internal id  ${view.internal_id}`]),
    `Status       ${view.status}`,
    ...view.identifiers.map(({ value, verified }) => `Identifier   ${value}${verified ? '' : ', unverified'}`),
    `Scopes       ${view.scopes.join(' ') || 'none'}`,
    `Profile      ${JSON.stringify(view.profile)}`,
    `Created      ${view.created_at}`,
    `Updated      ${view.updated_at}`,
  ]
  return done(view, lines.join('\n'))
}
