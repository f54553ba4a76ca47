import { type Identifier, normaliseIdentifier } from '../core/identifiers/identifier.ts'
import { findOwner, listIdentifiers } from '../core/identifiers/store.ts'
import { endSessions } from '../core/sessions/end.ts'
import { listSessions } from '../core/sessions/store.ts'
import type { SessionRow } from '../core/sessions/tables.ts'
import { findUser, findUserByExternalId, findUserIdByInternalId, type User } from '../core/users/store.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { ofApp } from './apps.ts'
import { byCli } from './by-cli.ts'
import { columns, done, misused, type Outcome, refused } from './outcome.ts'

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

async function ofUser(deps: Deps, appId: string, userId: string, work: () => Promise<Outcome>): Promise<Outcome> {
  return await ofApp(deps, appId, async () => {
    const user = await findUser(deps.db, appId, userId)
    return user ? await work() : refused(`application ${appId} has no user ${userId}`)
  })
}

const MAX_LISTED = 500

/** `antiphon users sessions`: the live ones, most recently seen first, 500 at most. */
export async function listUserSessions(deps: Deps, appId: string, userId: string): Promise<Outcome> {
  return await ofUser(deps, appId, userId, async () => {
    const rows = (await listSessions(deps.db, appId, userId, deps.now(), { limit: MAX_LISTED, offset: 0 })).map(viewOf)
    const lines = rows.map((row) => [row.id, row.device_model || 'unknown', row.created_at, row.last_seen_at])
    return done(rows, columns([['ID', 'DEVICE', 'CREATED', 'LAST SEEN'], ...lines], 'There is no live session.'))
  })
}

const viewOf = (row: SessionRow) => ({
  id: row.id,
  device_model: row.device_model,
  device_type: row.device_type,
  os_version: row.os_version,
  country_code: row.country_code,
  created_at: rfc3339(row.created_at),
  last_seen_at: rfc3339(row.last_seen_at),
  expires_at: rfc3339(Math.min(row.idle_expires_at, row.expires_at)),
})

/** `antiphon users revoke-sessions`: all of them. */
export async function revokeUserSessions(deps: Deps, appId: string, userId: string): Promise<Outcome> {
  return await ofUser(deps, appId, userId, async () => {
    const commanded = { appId, operation: 'invalidateUserSessions', target: { userID: userId } }
    const ended = await byCli(deps, commanded, (mine) =>
      mine.transact((tx) => endSessions(tx, mine, appId, { userId }, 'revoked')),
    )
    const plain = ended.length === 1 ? '1 session is revoked.' : `${ended.length} sessions are revoked.`
    return done({ user_id: userId, revoked: ended }, plain)
  })
}
