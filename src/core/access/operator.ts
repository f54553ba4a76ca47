import type { Cookie } from '../../platform/cookie.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Access, type Endpoint, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { type Failure, failures } from '../../platform/failure.ts'
import { COMPANY_LIFETIME_MS } from '../operators/company-attempt.ts'
import { keyOf } from '../operators/operator.ts'
import { type RelyingParty, relyingPartyOf } from '../operators/relying-party.ts'
import { findLiveSession, type OperatorSession, provenUntil, SESSION_LIFETIME_MS } from '../operators/session.ts'
import { accessFailure } from './failures.ts'
import { managedBy } from './managed.ts'
import * as byKey from './management-key.ts'

export const operatorFailure = failures({
  not_signed_in: ['unauthorized', 'Nobody is signed in here, or the session is over. Sign in again.'],
  recent_proof_required: [
    'forbidden',
    'This needs a proof of who you are within the last five minutes: a passkey, or a new login by your company. Then try again.',
  ],
})

const COOKIE = '__Host-antiphon_console'

/** The cookie of an operator’s session. */
export const sessionCookie = (token: string): Cookie => ({
  name: COOKIE,
  value: token,
  maxAgeSeconds: SESSION_LIFETIME_MS / 1000,
  sameSite: 'strict',
})

export const noSessionCookie: Cookie = { name: COOKIE, value: '', maxAgeSeconds: 0, sameSite: 'strict' }

const COMPANY_COOKIE = '__Host-antiphon_company'

/** The cookie of a login that is away at the company. It comes back from a page of another site, which sends no strict ones along. */
export const companyCookie = (attempt: string): Cookie => ({
  name: COMPANY_COOKIE,
  value: attempt,
  maxAgeSeconds: COMPANY_LIFETIME_MS / 1000,
  sameSite: 'lax',
})

export const noCompanyCookie: Cookie = { name: COMPANY_COOKIE, value: '', maxAgeSeconds: 0, sameSite: 'lax' }

export const companyAttemptOf = ({ cookies }: HttpRequest): string => cookies[COMPANY_COOKIE] ?? ''

/** The session of whoever calls, if they have one that lives. */
export async function findSession(request: HttpRequest, deps: Deps): Promise<OperatorSession | undefined> {
  const token = request.cookies[COOKIE]
  return token === undefined || token === '' ? undefined : await findLiveSession(deps, token)
}

const placeOf = ({ authority }: HttpRequest, { config }: Deps): RelyingParty =>
  relyingPartyOf(config.consoleHost ?? authority)

/** Whoever has opened the console, signed in or not. */
export const visitor: Access<{ place: RelyingParty; session: OperatorSession | undefined }> = {
  name: 'visitor',
  failures: [],
  security: [],
  async resolve(request, _params, deps) {
    return { place: placeOf(request, deps), session: await findSession(request, deps) }
  },
}

/** An operator who is signed in. `fresh`: and has proven a moment ago who they are. */
export const operator = (
  fresh: 'fresh' | 'any' = 'any',
): Access<{ place: RelyingParty; session: OperatorSession }> => ({
  name: 'operator',
  failures: [operatorFailure.not_signed_in, ...(fresh === 'fresh' ? [operatorFailure.recent_proof_required] : [])],
  security: [],
  async resolve(request, _params, deps) {
    const session = await findSession(request, deps)
    if (!session) return new Refused(operatorFailure.not_signed_in)
    return fresh === 'fresh' && !isFresh(session, deps)
      ? new Refused(operatorFailure.recent_proof_required)
      : { place: placeOf(request, deps), session }
  },
})

const isFresh = ({ row }: OperatorSession, deps: Deps) => deps.now() < provenUntil(row)

const denied = (message: string) => new Refused(accessFailure.insufficient_permissions, undefined, message)

const FAILURES: readonly Failure[] = [
  operatorFailure.not_signed_in,
  operatorFailure.recent_proof_required,
  accessFailure.insufficient_permissions,
]

/** The same operation of management for operators, by their sessions and in place of a key. */
export function forOperators(endpoint: Endpoint): Endpoint {
  return { ...endpoint, access: accessOf(endpoint), failures: [...new Set([...endpoint.failures, ...FAILURES])] }
}

function accessOf({ access, operationId, sudo = false }: Endpoint): Access {
  const sessions = new WeakMap<HttpRequest, OperatorSession>()
  const managed = managedBy({
    failures: FAILURES,
    security: [],
    async find(request, deps, appId) {
      const session = await findSession(request, deps)
      if (!session) return new Refused(operatorFailure.not_signed_in)
      sessions.set(request, session)
      return keyOf(session.operator, appId)
    },
    refusalOf: (permission) => denied(`Your role lacks the permission \`${permission}\`.`),
    ofApplication: () => denied('You work with some applications, and this is about all of them.'),
  })
  const own = new Map<Access, Access>([
    [byKey.managementKey, managed.managementKey],
    [byKey.managementKeyForUser, managed.managementKeyForUser],
    [byKey.instanceKey, managed.instanceKey],
  ]).get(access)
  if (!own) throw new Error(`operators have no access of the kind ${access.name}, which ${operationId} has`)
  return {
    ...own,
    async resolve(request, params, deps, permission) {
      const grant = await own.resolve(request, params, deps, permission)
      const session = sessions.get(request)
      const isDue = sudo && !(grant instanceof Refused) && session && !isFresh(session, deps)
      return isDue ? new Refused(operatorFailure.recent_proof_required) : grant
    },
  }
}
