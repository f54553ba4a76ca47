import { z } from 'zod'
import { accessToken } from '../../core/access/access-token.ts'
import { notFound } from '../../core/access/failures.ts'
import { endSessions } from '../../core/sessions/end.ts'
import type { SessionSelection } from '../../core/sessions/store/endings.ts'
import { countSessions, listSessions } from '../../core/sessions/store.ts'
import { sessionView, viewSession } from '../../core/sessions/wire.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'

const failure = failures({
  invalid_pagination_limit: ['bad_request', 'limit is a whole number from 1 to 100.'],
  invalid_pagination_offset: ['bad_request', 'offset is a whole number from 0.'],
})

/** A query number within bounds; undefined when it is none. */
function readNumber(text: string, min: number, max: number): number | undefined {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : undefined
}

export const list = endpoint({
  method: 'GET',
  path: '/v1/session/me/list',
  audience: 'frontend',
  operationId: 'listSessions',
  tag: 'Session Management',
  summary: 'List the live sessions of the signed-in user, most recently seen first',
  access: accessToken,
  query: z.object({
    limit: z.string().default('10').meta({ description: '1 to 100, default 10.' }),
    offset: z.string().default('0').meta({ description: 'How many to leave out, default 0.' }),
  }),
  response: z
    .object({ sessions: z.array(sessionView), total: z.int(), limit: z.int(), offset: z.int() })
    .meta({ id: 'ListSessionsResponse' }),
  failures: [failure.invalid_pagination_limit, failure.invalid_pagination_offset],

  async handle({ app, caller, query, fail }, deps) {
    const limit = readNumber(query.limit, 1, 100) ?? fail(failure.invalid_pagination_limit)
    const offset = readNumber(query.offset, 0, 999_999_999) ?? fail(failure.invalid_pagination_offset)
    const now = deps.now()
    const rows = await listSessions(deps.db, app.id, caller.userId, now, { limit, offset })
    const total = await countSessions(deps.db, app.id, caller.userId, now)
    return { body: { sessions: rows.map(viewSession), total, limit, offset } }
  },
})

export const revoke = endpoint({
  method: 'POST',
  path: '/v1/session/me/revoke',
  audience: 'frontend',
  operationId: 'revokeSessions',
  tag: 'Session Management',
  summary: 'End sessions of the signed-in user: all, all others, this one, or one by id',
  access: accessToken,
  query: z.object({
    target: z.enum(['all', 'others', 'mine', 'session']),
    session_id: z.string().optional().meta({ description: 'Required with the target `session`.' }),
  }),
  response: noContent,
  failures: [universal.bad_request, notFound],

  async handle({ app, caller, query, fail }, deps) {
    const { target, session_id } = query
    if (target === 'session' && !session_id) fail(universal.bad_request, { message: 'query.session_id: is required' })
    const which: SessionSelection = { userId: caller.userId }
    if (target === 'others') which.exceptId = caller.sessionId
    if (target === 'mine') which.id = caller.sessionId
    if (target === 'session' && session_id) which.id = session_id

    const ended = await deps.transact((tx) => endSessions(tx, deps, app.id, which, 'revoked'))
    if (target === 'session' && ended.length === 0) fail(notFound)
    return {}
  },
})
