import { z } from 'zod'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import { listIdentifiers } from '../../core/identifiers/store.ts'
import type { IdentifierRow } from '../../core/identifiers/tables.ts'
import type { User } from '../../core/users/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Db } from '../../platform/db.ts'
import { failures } from '../../platform/failure.ts'
import { nextPage } from '../../platform/page.ts'

export const USERS_PATH = '/v2/session/apps/{appID}/users'
export const USER_PATH = '/v2/session/apps/{appID}/users/{userID}'
export const TAG = 'Users'

export const usersParams = z.object({ appID: z.string() })
export const userParams = z.object({ appID: z.string(), userID: z.string() })

export const userFailure = {
  ...identifierFailure,
  ...failures({
    external_id_already_exists: ['conflict', 'Another user has this external id.'],
    internal_id_already_exists: ['conflict', 'Another user was created with this id.'],
    too_many_identifiers: ['conflict', 'A user is given at most 100 identifiers. Take one away first.'],
  }),
}

export const identifierType = z.enum(['email_address', 'phone_number'])
export const identifierObject = z
  .object({
    type: identifierType,
    value: z.string().max(320).meta({ description: 'Phone numbers in E.164: `+306912345678`.' }),
  })
  .meta({ id: 'Identifier' })

/** What management gives counts as proven; what is said not to be so must not be taken for proven in silence. */
export const identifierInput = identifierObject
  .extend({
    verified: z
      .literal(
        true,
        'must be true or left out: what management gives counts as proven; bring unproven identifiers by an import',
      )
      .optional()
      .meta({
        description: 'They count as proven, whether this says so or not. `false` is refused.',
        examples: [true],
      }),
  })
  .meta({ id: 'NewIdentifier' })

/** Of the query of whoever reads users. */
export const unverifiedQuery = {
  unverified: z.enum(['true', 'false']).default('false').meta({
    description:
      'Whether identifiers that the user has not proven are told, too; then each says whether it is `verified`.',
  }),
}

const identifierView = identifierObject
  .extend({
    verified: z.boolean().optional().meta({
      description:
        'Whether the user has proven it. Told only where `unverified=true` was asked for; else all are proven.',
    }),
  })
  .meta({ id: 'UserIdentifier' })

export const externalId = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: 'Your own id of the user. No two users have the same.' })

/** UUID in lower case. RFC 9562 §4. */
export const internalId = z.guid('is no UUID').toLowerCase()

export const profileObject = z.record(z.string(), z.unknown())

const userObject = z
  .object({
    id: z.string(),
    external_id: z.string().optional(),
    internal_id: z.string().optional().meta({
      description: 'The `id` with which the user was created. It may stand in the place of `id` in every path.',
    }),
    status: z.enum(['active', 'inactive']),
    identifiers: z
      .array(identifierView)
      .meta({ description: 'Those that the user has proven to hold; with `unverified=true` also those it has not.' }),
    scopes: z.array(z.string()).meta({ description: 'Granted to the user directly.' }),
    profile: profileObject,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'User' })

export const userResponse = z.object({ user: userObject }).meta({ id: 'UserResponse' })
export const usersResponse = z.object({ users: z.array(userObject) }).meta({ id: 'UsersResponse' })
export const usersPageResponse = z
  .object({ users: z.array(userObject), next: nextPage })
  .meta({ id: 'UsersPageResponse' })

export type UserView = z.input<typeof userObject>

function viewOf(user: User, identifiers: UserView['identifiers']): UserView {
  return {
    id: user.id,
    ...(user.externalId !== undefined && { external_id: user.externalId }),
    ...(user.internalId !== undefined && { internal_id: user.internalId }),
    status: user.status,
    identifiers,
    scopes: [...user.scopes],
    profile: user.profile,
    created_at: rfc3339(user.createdAt),
    updated_at: rfc3339(user.updatedAt),
  }
}

/** A statement takes only so many parameters. */
const IDS_PER_QUERY = 1000

/** `are`: which identifiers are told. */
export async function viewUsers(
  db: Db,
  appId: string,
  users: readonly User[],
  are: 'proven' | 'all' = 'proven',
): Promise<UserView[]> {
  const views: UserView[] = []
  for (let start = 0; start < users.length; start += IDS_PER_QUERY) {
    const some = users.slice(start, start + IDS_PER_QUERY)
    const ids = some.map((user) => user.id)
    const byUser = Map.groupBy(await listIdentifiers(db, appId, ids), (row) => row.user_id)
    views.push(...some.map((user) => viewOf(user, identifiersIn(byUser.get(user.id) ?? [], are))))
  }
  return views
}

const identifiersIn = (rows: readonly IdentifierRow[], are: 'proven' | 'all'): UserView['identifiers'] =>
  are === 'all'
    ? rows.map(({ type, value, verified_at }) => ({ type, value, verified: verified_at !== null }))
    : rows.flatMap(({ type, value, verified_at }) => (verified_at === null ? [] : [{ type, value }]))

export async function viewUser(db: Db, appId: string, user: User, are: 'proven' | 'all' = 'proven'): Promise<UserView> {
  const [view] = await viewUsers(db, appId, [user], are)
  return view as UserView
}

/** Which identifiers a query asks for. */
export const askedFor = ({ unverified }: { readonly unverified: 'true' | 'false' }) =>
  unverified === 'true' ? 'all' : 'proven'
