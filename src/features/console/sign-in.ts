import { z } from 'zod'
import { actorOfOperator } from '../../core/access/actor.ts'
import { noSessionCookie, operator, operatorFailure, sessionCookie, visitor } from '../../core/access/operator.ts'
import { appendAudit } from '../../core/audit/append.ts'
import { companyName } from '../../core/operators/company-client.ts'
import { acceptInvitation, isInvitation } from '../../core/operators/invitation.ts'
import {
  beginOperatorLogin,
  type ShownPasskey,
  useOperatorPasskey,
  verifyOperatorLogin,
} from '../../core/operators/login.ts'
import { problemOf } from '../../core/operators/relying-party.ts'
import {
  findLiveSession,
  type NewSession,
  type OperatorSession,
  openOperatorSession,
} from '../../core/operators/session.ts'
import { findOperator } from '../../core/operators/store/operators.ts'
import { endOperatorSessions, updateProven } from '../../core/operators/store/sessions.ts'
import { assertionBody, requestOptionsObject } from '../../core/passkeys/wire.ts'
import { type Tx, type Undo, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { logSampled } from '../../platform/sampled-log.ts'
import { sessionView, viewOfSession } from './wire.ts'

const PATH = '/console'
const common = { audience: 'console', tag: 'Console' } as const

const failure = failures({
  invalid_invitation: ['unauthorized', 'This invitation is unknown, was used, or has expired. Ask for another.'],
  passkey_refused: ['unauthorized', 'This passkey lets nobody in here. Try another, or ask for an invitation.'],
})

/** Note in the log of the instance what an operator did with their own way in. */
export const noteOperator = (
  tx: Tx,
  deps: Deps,
  request: HttpRequest,
  operatorId: string,
  operation: string,
  target: Readonly<Record<string, string>> = {},
): Promise<void> =>
  appendAudit(
    tx,
    deps.now(),
    {
      appId: '',
      actor: actorOfOperator(operatorId),
      operation,
      target: { ...target, operatorID: operatorId },
      ip: request.ip,
      requestId: request.id,
    },
    {},
  )

/** The answer that lets somebody in. */
async function answerWith(deps: Deps, token: string) {
  const session = await findLiveSession(deps, token)
  return session && { body: await viewOfSession(deps, session), cookies: [sessionCookie(token)] }
}

export const readSession = endpoint({
  ...common,
  method: 'GET',
  path: `${PATH}/session`,
  operationId: 'readConsoleSession',
  summary: 'Who is signed in',
  access: operator(),
  response: sessionView,
  failures: [],
  handle: async ({ session }, deps) => ({ body: await viewOfSession(deps, session) }),
})

export const readLogin = endpoint({
  ...common,
  method: 'GET',
  path: `${PATH}/login`,
  operationId: 'readConsoleLogin',
  summary: 'How one signs in here, and what is in the way',
  access: visitor,
  query: z.object({ at: z.string().max(300).optional() }),
  response: z.object({ company: z.object({ name: z.string() }).nullable(), problem: z.string().nullable() }),
  failures: [universal.invalid_request],
  async handle({ request: { authority }, query: { at } }, { config: { consoleHost, consoleCompany } }) {
    const problem = at === undefined ? undefined : problemOf(at, consoleHost ?? authority, consoleHost)
    const company = consoleCompany ? { name: companyName(consoleCompany) } : null
    return { body: { company, problem: problem ?? null } }
  },
})

export const useInvitation = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/invitation`,
  operationId: 'useInvitation',
  summary: 'Sign in by an invitation, which is used up',
  access: visitor,
  body: z.object({ token: z.string().max(200) }),
  response: sessionView,
  failures: [universal.invalid_request, failure.invalid_invitation],
  async handle({ request, session, body, fail }, deps) {
    // Anybody may ask, as often as they like: a write makes others wait.
    if (!(await isInvitation(deps.db, body.token))) return fail(failure.invalid_invitation)
    const token = await deps.transact(async (tx) => {
      const operatorId = await acceptInvitation(tx, deps, body.token)
      return operatorId !== undefined && (await findOperator(tx, operatorId))
        ? await letIn(tx, deps, request, { operatorId, method: 'invitation', previous: session?.row })
        : undefined
    })
    const answer = token === undefined ? undefined : await answerWith(deps, token)
    return answer ?? fail(failure.invalid_invitation)
  },
})

/** Open a session, and note it. Answers its token. */
export async function letIn(tx: Tx, deps: Deps, request: HttpRequest, session: NewSession): Promise<string> {
  const operation = session.method === 'invitation' ? 'useInvitation' : 'signIn'
  await noteOperator(tx, deps, request, session.operatorId, operation)
  return await openOperatorSession(tx, deps, session)
}

export const beginLogin = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/login/begin`,
  operationId: 'beginConsoleLogin',
  summary: 'Begin to show a passkey',
  access: visitor,
  response: z.object({ publicKey: requestOptionsObject, login_token: z.string() }),
  failures: [],
  async handle({ place, session }, deps) {
    const { publicKey, token } = await beginOperatorLogin(deps, place, session?.operator.id)
    return { body: { publicKey: requestOptionsObject.parse(publicKey), login_token: token } }
  },
})

export const finishLogin = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/login/finish`,
  operationId: 'finishConsoleLogin',
  summary: 'Sign in by a passkey; or, for whoever is signed in, prove again who they are',
  access: visitor,
  body: z.object({ login_token: z.string().max(2000), credential: assertionBody }),
  response: sessionView,
  failures: [universal.invalid_request, failure.passkey_refused],
  async handle({ request, place, session, body, fail }, deps) {
    const shown = await verifyOperatorLogin(deps, place, body.login_token, body.credential)
    if (shown.kind === 'refused') {
      logSampled(deps, 'warn', [shown.reason], { reason: shown.reason }, 'a passkey was refused at the console')
      return fail(failure.passkey_refused)
    }
    const finished = await deps.transact((tx) => finish(tx, deps, request, session, shown))
    if (finished.kind === 'proven') return { body: await viewOfSession(deps, finished.session) }
    const answer = finished.kind === 'in' ? await answerWith(deps, finished.token) : undefined
    return answer ?? fail(failure.passkey_refused)
  },
})

type Finished =
  | { readonly kind: 'in'; readonly token: string }
  /** Whoever is here has proven again who they are. */
  | { readonly kind: 'proven'; readonly session: OperatorSession }
  | { readonly kind: 'reused' }

async function finish(
  tx: Tx,
  deps: Deps,
  request: HttpRequest,
  session: OperatorSession | undefined,
  shown: ShownPasskey,
): Promise<Finished | Undo<Finished>> {
  if (!(await useOperatorPasskey(tx, deps, shown))) return undo<Finished>({ kind: 'reused' })
  const { operator_id } = shown.passkey
  const proven_at = deps.now()
  if (session?.operator.id === operator_id && (await updateProven(tx, session.row.hash, proven_at)))
    return { kind: 'proven', session: { ...session, row: { ...session.row, proven_at } } }
  const opened = { operatorId: operator_id, method: 'passkey', previous: session?.row } as const
  return { kind: 'in', token: await letIn(tx, deps, request, opened) }
}

export const signOut = endpoint({
  ...common,
  method: 'DELETE',
  path: `${PATH}/session`,
  operationId: 'signOut',
  summary: 'Sign out here',
  access: visitor,
  response: noContent,
  failures: [],
  async handle({ session }, deps) {
    if (session) await deps.transact((tx) => endOperatorSessions(tx, session.operator.id, session.row.hash))
    return { cookies: [noSessionCookie] }
  },
})

export const signOutEverywhere = endpoint({
  ...common,
  method: 'DELETE',
  path: `${PATH}/sessions`,
  operationId: 'signOutEverywhere',
  summary: 'Sign out everywhere',
  access: operator(),
  response: noContent,
  failures: [operatorFailure.not_signed_in],
  async handle({ request, session: { operator } }, deps) {
    await deps.transact(async (tx) => {
      await endOperatorSessions(tx, operator.id)
      await noteOperator(tx, deps, request, operator.id, 'signOutEverywhere')
    })
    return { cookies: [noSessionCookie] }
  },
})
