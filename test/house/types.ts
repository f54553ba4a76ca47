/** Promises that the compiler keeps: each line under `@ts-expect-error` must not compile, everything else must. Nothing here is run. */
import { z } from 'zod'
import { consumeChallenge } from '../../src/core/challenges/store.ts'
import type { ConsumedChallengeRow } from '../../src/core/challenges/tables.ts'
import { emit } from '../../src/core/events/store.ts'
import { endSessions } from '../../src/core/sessions/end.ts'
import { findSession, insertSession } from '../../src/core/sessions/store.ts'
import type { SessionRow } from '../../src/core/sessions/tables.ts'
import { type Db, type Tx, undo } from '../../src/platform/db.ts'
import type { Deps } from '../../src/platform/deps.ts'
import { type Access, endpoint, noContent } from '../../src/platform/endpoint.ts'
import { failures } from '../../src/platform/failure.ts'
import type { Feature } from '../../src/platform/feature.ts'
import { enqueue } from '../../src/platform/jobs/enqueue.ts'
import { consumeLimit } from '../../src/platform/limits/store.ts'
import { settings, settingsOf } from '../../src/platform/settings.ts'

const failure = failures({ gone: ['not_found', 'Gone.'], taken: ['conflict', 'Taken.'], denied: ['forbidden', 'No.'] })
// @ts-expect-error a family has to be one of ours
failures({ odd: ['teapot', 'Short and stout.'] })

const named: Access<{ name: string }> = {
  name: 'named',
  failures: [failure.denied],
  security: [],
  resolve: async () => ({ name: 'Ada' }),
}
const base = {
  method: 'POST',
  path: '/{id}',
  audience: 'frontend',
  operationId: 'p',
  tag: 'T',
  summary: 'S',
  access: named,
} as const
const counted = z.object({ count: z.number() })

export const complete = endpoint({
  ...base,
  params: z.object({ id: z.string() }),
  body: z.object({ size: z.number() }).optional(),
  response: counted,
  headers: { 'X-Next': { description: 'Next' } },
  failures: [failure.gone],
  async handle({ name, params, body, request, fail }, deps) {
    const id: string = params.id + name + request.id
    const size: number = body?.size ?? fail(failure.gone)
    if (id === '') fail(failure.gone, { headers: { 'retry-after': '1' }, message: 'Not yet.' })
    return { body: { count: size + deps.now() }, headers: { 'X-Next': '2' } }
  },
})

export const feature: Feature = { name: 'complete', endpoints: [complete] }

export const failing = endpoint({
  ...base,
  response: counted,
  failures: [failure.gone],
  async handle({ fail }) {
    // @ts-expect-error a failure that is not declared
    if (Date.length === 1) fail(failure.taken)
    // @ts-expect-error a failure of the access, which is not the handler's to answer
    if (Date.length === 2) fail(failure.denied)
    // @ts-expect-error a failure that is made up on the spot
    return fail({ code: 'made_up', family: 'not_found', message: 'Made up.' })
  },
})

export const wrongMember = endpoint({
  ...base,
  response: counted,
  failures: [],
  // @ts-expect-error a member of another type than the response declares
  handle: async () => ({ body: { count: 'one' } }),
})

export const missingMember = endpoint({
  ...base,
  response: counted,
  failures: [],
  // @ts-expect-error a member is missing
  handle: async () => ({ body: {} }),
})

export const bodyOfNothing = endpoint({
  ...base,
  response: noContent,
  failures: [],
  // @ts-expect-error no content has no body
  handle: async () => ({ body: { count: 1 } }),
})

export const undeclaredHeader = endpoint({
  ...base,
  response: noContent,
  headers: { 'X-Next': { description: 'Next' } },
  failures: [],
  // @ts-expect-error a header that is not declared
  handle: async () => ({ headers: { 'X-Other': '1' } }),
})

export const undeclaredInput = endpoint({
  ...base,
  params: z.object({ id: z.string() }),
  response: noContent,
  failures: [],
  async handle({ params, body, ...rest }, deps) {
    // @ts-expect-error a parameter that is not declared
    const other: unknown = params.other
    // @ts-expect-error a body where none is declared
    const size: unknown = body.size
    // @ts-expect-error something the access does not grant
    const caller: unknown = rest.caller
    deps.log.debug({ other, size, caller })
    return {}
  },
})

// @ts-expect-error success has a status of success
export const oddStatus = endpoint({ ...base, response: noContent, status: 404, failures: [], handle: async () => ({}) })

declare const db: Db
declare const tx: Tx
declare const deps: Deps
declare const row: SessionRow
declare const challenge: ConsumedChallengeRow

const limit = { name: 'l', max: 1, windowSeconds: 1 }

export const withTransaction = () => [
  insertSession(tx, row),
  consumeChallenge(tx, challenge),
  emit(tx, deps, 'app', 'user.session.created', {}),
  enqueue(tx, deps, 'app', 'kind', {}),
  consumeLimit(tx, 'app', limit, 'subject', 0),
  findSession(tx, 'app', 'id', 0),
  findSession(db, 'app', 'id', 0),
]

export const withoutTransaction = () => [
  // @ts-expect-error a write needs a transaction
  insertSession(db, row),
  // @ts-expect-error to consume is to write
  consumeChallenge(db, challenge),
  // @ts-expect-error an event is written with its cause
  emit(db, deps, 'app', 'user.session.created', {}),
  // @ts-expect-error a job is written with its cause
  enqueue(deps.db, deps, 'app', 'kind', {}),
  // @ts-expect-error a count is written with what is counted
  consumeLimit(db, 'app', limit, 'subject', 0),
  // @ts-expect-error whose sessions end has to be said
  endSessions(tx, deps, 'app', {}, 'revoked'),
]

export const undone: Promise<'done' | 'undone'> = deps.transact<'done' | 'undone'>(async () => undo('undone'))
// @ts-expect-error an outcome that is undone is an outcome all the same
export const undoneOddly: Promise<'done'> = deps.transact<'done'>(async () => undo('undone'))

const doors = settings('doors', 'Doors', { open_seconds: z.int().default(30).describe('How long.') })
export const seconds: number = settingsOf({ settings: {} }, doors).open_seconds
// @ts-expect-error a setting that is not declared
export const bell: unknown = settingsOf({ settings: {} }, doors).bell
