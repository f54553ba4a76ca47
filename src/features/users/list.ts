import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { listHolders } from '../../core/identifiers/store/holders.ts'
import { MAX_CURSOR_CHARS, readCursor } from '../../core/users/cursor.ts'
import { orderOf } from '../../core/users/search.ts'
import { listUsers } from '../../core/users/store.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { pageQuery } from '../../platform/page.ts'
import { timeInput } from '../../platform/time-input.ts'
import { readPage } from './page.ts'
import {
  askedFor,
  identifierType,
  TAG,
  USERS_PATH,
  unverifiedQuery,
  userFailure,
  usersPageResponse,
  usersParams,
  viewUsers,
} from './view.ts'

const MAX_TEXT_CHARS = 320

const query = z
  .object({
    identifier_type: identifierType.optional(),
    identifier_value: z.string().max(320).optional(),
    query: z.string().trim().min(1).max(MAX_TEXT_CHARS).optional().meta({
      description:
        'Whom to find: an id, external id or internal id, an e-mail address, a phone number or its beginning, or the beginning of a name in the profile (`name`, `first_name`, `last_name`).',
    }),
    status: z.enum(['active', 'inactive']).optional().meta({ description: 'Only those with this status.' }),
    created_after: timeInput.optional().meta({ description: 'Only those made later than then.' }),
    limit: pageQuery.limit,
    after: z.string().max(MAX_CURSOR_CHARS).optional().meta({
      description: 'Go on where the page before ended: its `next`, with the same question.',
    }),
    unverified: unverifiedQuery.unverified.meta({
      description:
        'Whether identifiers that nobody has proven are told, too, each with `verified`; with `identifier_value` also those who have it without having proven it, behind whoever has: `limit` users at most, on this page alone.',
    }),
  })
  .refine(
    (given) => (given.identifier_type === undefined) === (given.identifier_value === undefined),
    'identifier_type and identifier_value belong together',
  )
  .transform(({ identifier_type: type, identifier_value: value, ...page }) => ({
    ...page,
    identifier: type === undefined || value === undefined ? undefined : { type, value },
  }))

export const list = endpoint({
  method: 'GET',
  path: USERS_PATH,
  audience: 'management',
  operationId: 'listUsers',
  permission: 'users:read',
  tag: TAG,
  summary: 'List the users of the application page by page, oldest first, or find some of them',
  access: managementKey,
  params: usersParams,
  query,
  response: usersPageResponse,
  failures: [universal.invalid_request, userFailure.invalid_identifier],

  async handle({ app, query, fail }, deps) {
    const are = askedFor(query)
    if (query.identifier) {
      const identifier = (await normaliseIdentifier(query.identifier)) ?? fail(userFailure.invalid_identifier)
      const ids = await listHolders(deps.db, app.id, identifier, are, query.limit)
      const byId = new Map((await listUsers(deps.db, app.id, { ids })).map((user) => [user.id, user]))
      const users = ids.flatMap((id) => byId.get(id) ?? [])
      return { body: { users: await viewUsers(deps.db, app.id, users, are) } }
    }
    const wanted = { text: query.query, status: query.status, createdAfter: query.created_after }
    const after = query.after === undefined ? undefined : readCursor(query.after, orderOf(wanted))
    if (query.after !== undefined && !after) fail(universal.invalid_request, { message: NO_CURSOR })
    return { body: await readPage(deps, app.id, wanted, { after, limit: query.limit, are }) }
  },
})

const NO_CURSOR = 'query.after: is not the `next` of a page of this list'
