import { z } from 'zod'
import { accessToken } from '../../core/access/access-token.ts'
import { accessFailure, notFound, scopeChallenge } from '../../core/access/failures.ts'
import { spendScope } from '../../core/grants/spend.ts'
import { identifierIdOf } from '../../core/identifiers/id.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { deleteIdentifier, listIdentifiers } from '../../core/identifiers/store.ts'
import { findOlderAddresses, tellOlderAddresses } from '../../core/messages/notice.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { undo } from '../../platform/db.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { decideRemoval } from './removal.ts'

const failure = failures({
  last_identifier: ['conflict', 'This is the last proven identifier of the user. Add another one first.'],
})

const SCOPE = 'prld:identifiers:write'
const PATH = '/v1/session/me/identifiers'
const TAG = 'Session Management'

const type = z.enum(['email_address', 'phone_number'])

export const list = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'frontend',
  operationId: 'listIdentifiers',
  tag: TAG,
  summary: 'List the identifiers of the signed-in user, oldest first',
  access: accessToken,
  response: z
    .object({
      identifiers: z.array(
        z.object({
          id: z.string().meta({ description: 'Stays as long as the user has the identifier.' }),
          type,
          value: z.string(),
          verified: z.boolean().meta({ description: 'Whether the user has proven to hold it.' }),
          created_at: z.iso.datetime(),
        }),
      ),
    })
    .meta({ id: 'ListIdentifiersResponse' }),
  failures: [],

  async handle({ app, caller }, deps) {
    const rows = await listIdentifiers(deps.db, app.id, [caller.userId])
    const identifiers = rows.map((row) => ({
      id: identifierIdOf(deps, row),
      type: row.type,
      value: row.value,
      verified: row.verified_at !== null,
      created_at: rfc3339(row.created_at),
    }))
    return { body: { identifiers } }
  },
})

type Outcome = 'ended' | 'removed' | 'insufficient_scope' | 'unknown' | 'last'

export const remove = endpoint({
  method: 'DELETE',
  path: `${PATH}/{type}/{value}`,
  audience: 'frontend',
  operationId: 'removeIdentifier',
  tag: TAG,
  summary: `Take an identifier from the signed-in user. Uses up the scope \`${SCOPE}\``,
  access: accessToken,
  params: z.object({ type, value: z.string().max(320).meta({ description: 'Phone numbers in E.164.' }) }),
  response: noContent,
  failures: [
    universal.bad_request,
    accessFailure.unauthorized,
    accessFailure.insufficient_scope,
    notFound,
    failure.last_identifier,
  ],

  async handle({ app, caller, params, fail }, deps) {
    const refuse = () => fail(accessFailure.insufficient_scope, { headers: scopeChallenge(SCOPE) })
    if (!caller.scopes.includes(SCOPE)) refuse()
    const identifier = (await normaliseIdentifier(params)) ?? fail(notFound)

    const outcome = await deps.transact<Outcome>(async (tx) => {
      // Whoever removes another one of theirs waits here, so that one stays.
      const spending = await spendScope(tx, deps, app.id, caller, SCOPE)
      if (spending !== 'spent') return spending
      const decided = decideRemoval(await listIdentifiers(tx, app.id, [caller.userId]), identifier)
      if (decided !== 'remove') return undo<Outcome>(decided)
      const older = await findOlderAddresses(tx, app.id, caller.userId)
      await deleteIdentifier(tx, deps, app.id, caller.userId, identifier)
      await tellOlderAddresses(tx, deps, app.id, caller.userId, { change: 'identifier_removed', older })
      return 'removed'
    })

    if (outcome === 'ended') fail(accessFailure.unauthorized)
    if (outcome === 'insufficient_scope') refuse()
    if (outcome === 'unknown') fail(notFound)
    if (outcome === 'last') fail(failure.last_identifier)
    return {}
  },
})
