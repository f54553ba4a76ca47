import { z } from 'zod'
import { carryLogin } from '../../core/access/carry-login.ts'
import { accessFailure } from '../../core/access/failures.ts'
import { isOwnPage } from '../../core/access/origin.ts'
import { openWithProof } from '../../core/access/proof.ts'
import { findPreviousSession } from '../../core/access/refresh-token.ts'
import type { Application } from '../../core/applications/application.ts'
import { groundsOf, verifyChallengeToken } from '../../core/challenges/challenge-token.ts'
import { challengeFailure } from '../../core/challenges/failures.ts'
import { type Spending, type SpendOutcome, spend } from '../../core/challenges/spend.ts'
import { findConsumedChallenge } from '../../core/challenges/store.ts'
import { holdLink } from '../../core/federation/link.ts'
import { issueAccessToken } from '../../core/sessions/access-token.ts'
import { describeDevice } from '../../core/sessions/device.ts'
import { newSession } from '../../core/sessions/start.ts'
import { refreshTokenHeaders, sessionResponse } from '../../core/sessions/wire.ts'
import { type Raced, settle } from '../../core/users/settle.ts'
import { findSessionsEnded } from '../../core/users/store/session-ends.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { networkOf } from '../../platform/limits/network.ts'
import { consumeLimit } from '../../platform/limits/store.ts'
import { settingsOf } from '../../platform/settings.ts'
import { type Attempt, judge, refuse } from './attempt.ts'
import { FAILURE_WINDOW_SECONDS, finalizeSettings } from './settings.ts'

const failureOf = {
  expired: challengeFailure.expired_challenge_token,
  invalid: challengeFailure.invalid_challenge_token,
  verifier_missing: universal.bad_request,
  burned: universal.bad_request,
  reused: challengeFailure.token_reused,
  refused: challengeFailure.invalid_challenge_token,
} as const

export const finalize = endpoint({
  method: 'POST',
  path: '/v1/session/login/finalize',
  audience: 'frontend',
  operationId: 'finalizeLogin',
  signIn: 'finalize',
  tag: 'Login Finalize',
  summary: 'Finalize login',
  access: openWithProof,
  body: z
    .object({
      challenge_token: z.string().meta({ description: 'The challenge token obtained from a login method.' }),
      code_verifier: z
        .string()
        .optional()
        .meta({ description: 'PKCE code verifier; required when the login was started with a code challenge.' }),
    })
    .meta({ id: 'FinalizeLoginRequest' }),
  response: sessionResponse,
  headers: refreshTokenHeaders,
  failures: [
    universal.bad_request,
    challengeFailure.expired_challenge_token,
    challengeFailure.invalid_challenge_token,
    challengeFailure.token_reused,
    accessFailure.rate_limited,
  ],

  async handle({ app, proof, body, request, fail }, deps) {
    if (!proof && !isOwnPage(request, app, deps)) fail(universal.bad_request)
    const jkt = proof?.thumbprint ?? ''
    const token = await verifyChallengeToken(deps, app, body.challenge_token)
    const attempt = judge(token, body.code_verifier, isOfPage(request))
    const previous = findPreviousSession(request, app, deps)
    const work = async (tx: Tx): Promise<Acted> => {
      const acted =
        attempt.kind === 'consume'
          ? await consume(tx, deps, app, { request, attempt, jkt, previousId: previous?.sessionId })
          : await refuse(tx, deps, app.id, attempt, jkt)
      if (acted.kind === 'raced' || acted.kind === 'started' || acted.kind === 'repeated') return acted
      const isAllowed = await consumeLimit(tx, app.id, failureLimit(app), networkOf(request.ip), deps.now())
      return isAllowed ? acted : { kind: 'limited' }
    }
    const outcome = await settle<Exclude<Acted, Raced>>(deps, work, 'together')

    if (outcome.kind === 'limited')
      return fail(accessFailure.rate_limited, { headers: { 'retry-after': String(FAILURE_WINDOW_SECONDS) } })
    if (outcome.kind !== 'started' && outcome.kind !== 'repeated') return fail(failureOf[outcome.kind])
    return {
      body: await issueAccessToken(deps, app, request, outcome.session),
      ...carryLogin(deps, app, request, outcome.session, proof, previous?.carrier),
    }
  },
})

type Acted = SpendOutcome | Awaited<ReturnType<typeof refuse>> | { kind: 'limited' } | Raced

interface Caller {
  readonly request: HttpRequest
  readonly attempt: Attempt & { kind: 'consume' }
  readonly jkt: string
  readonly previousId: string | undefined
}

/** Browsers say so of every POST; the mobile SDKs say neither. https://fetch.spec.whatwg.org/#origin-header */
const isOfPage = ({ headers }: HttpRequest): boolean =>
  headers.origin !== undefined || headers['sec-fetch-mode'] !== undefined

/** Open the session of a login. An account whose address was proven by a code becomes somebody's now, by whoever has the verifier. */
async function consume(tx: Tx, deps: Deps, app: Application, caller: Caller): Promise<SpendOutcome | Raced> {
  const { claims } = caller.attempt
  const { sub, link, jti } = claims
  const grounds = groundsOf(claims)
  // A token that was used or burnt links nothing any more: a repeat finds its session by the token alone.
  const isSpent = link !== undefined && (await findConsumedChallenge(tx, app.id, jti)) !== undefined
  if (!link || isSpent) return await spend(tx, deps, app, { ...spendingOf(deps, app, sub, caller), grounds })
  const held = await holdLink(tx, deps, app, link, grounds)
  if (held.kind !== 'held') return held
  // Whoever gets an account that changes hands ends its sessions by it.
  const sessionsEndedAt = await findSessionsEnded(tx, app.id, held.userId)
  const spending = { ...spendingOf(deps, app, held.userId, caller), grounds: { ...grounds, sessionsEndedAt } }
  const spent = await spend(tx, deps, app, spending)
  // Burnt at the same time: looked at again, with nothing linked.
  return spent.kind === 'reused' ? { kind: 'raced' } : spent
}

function spendingOf(
  deps: Deps,
  app: Application,
  userId: string,
  { request, attempt: { claims, provesTheSame }, jkt, previousId }: Caller,
): Omit<Spending, 'grounds'> {
  const { jti, exp, amr, auth_time, granted_scopes, identifier } = claims
  const device = describeDevice(app, request)
  const session = newSession(deps, app, { userId, jkt, amr, authTime: auth_time * 1000, device })
  return {
    jti,
    expiresAt: exp * 1000,
    provesTheSame,
    session,
    grantedScopes: granted_scopes ?? [],
    identifier,
    previousId,
  }
}

const failureLimit = (app: Application) => ({
  name: 'finalize_failures',
  max: settingsOf(app, finalizeSettings).failures_per_ip,
  windowSeconds: FAILURE_WINDOW_SECONDS,
})
