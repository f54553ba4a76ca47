import type { Application } from '../../core/applications/application.ts'
import { callHook } from '../../core/hooks/call.ts'
import { matchLegacyUser } from '../../core/legacy-users/adoption.ts'
import type { LegacyUser } from '../../core/legacy-users/legacy-user.ts'
import { findSessionEnds } from '../../core/users/store/session-ends.ts'
import type { Deps } from '../../platform/deps.ts'
import { hookOf, payloadOf, readHookAnswer } from './hook-mode.ts'
import { chooseWay } from './judge.ts'
import { judgeToken } from './jwt-mode.ts'
import { reasonOf } from './migrate.ts'
import type { FailureReason, Judgement, LegacyExchange } from './outcome.ts'
import { findMigratedSession } from './store.ts'
import { doubted, passed, refused, type Step } from './trace.ts'
import { isRevoked } from './use.ts'

/** What an exchange would do with a legacy token, and why. */
export interface Rehearsal {
  /** `would_refresh`: the vendor would be asked, and is not. */
  readonly outcome: 'exchanged' | 'refused' | 'unclear' | 'would_refresh'
  readonly reason: FailureReason | undefined
  readonly way: LegacyExchange['way'] | undefined
  readonly steps: readonly Step[]
  readonly user: LegacyUser | undefined
  /** Whom it would become here. */
  readonly match: { readonly kind: MatchKind; readonly userId: string | undefined } | undefined
}

const NOBODY = { reason: undefined, way: undefined, user: undefined, match: undefined }

/** Judge a legacy token as an exchange does, and stop before anything is changed: no user, no session, no counter, and no refresh token is used. */
export async function rehearse(deps: Deps, app: Application, token: string): Promise<Rehearsal> {
  const way = await chooseWay(deps, app, token)
  switch (way.kind) {
    case 'closed':
      return failed(way.judgement)
    case 'refresh': {
      const detail = `it is a refresh token: an exchange would send it to ${way.client.url}, which may use it up`
      return { ...NOBODY, outcome: 'would_refresh', steps: [{ step: 'refresh', result: 'would', detail }] }
    }
    case 'hook':
      return await settle(deps, app, await askHookAside(deps, app, way.config, token))
    case 'token':
      return await settle(deps, app, await judgeToken(deps, way.terms, token))
  }
}

function failed({ outcome, steps }: Judgement): Rehearsal {
  if (outcome.kind === 'user') throw new TypeError('an outcome that is no failure')
  return { ...NOBODY, outcome: outcome.legacyDown ? 'unclear' : 'refused', reason: outcome.reason, steps }
}

/** The hook is asked, and what it answers counts for nobody. */
async function askHookAside(
  deps: Deps,
  app: Application,
  config: Parameters<typeof hookOf>[0],
  token: string,
): Promise<Judgement> {
  const signals = { user_agent: '', platform: 'WEB', ip: '127.0.0.1' }
  const asked = { payload: payloadOf(app, { token }, signals), ip: '127.0.0.1' }
  const called = await callHook(deps, app, hookOf(config), asked)
  const outcome = await readHookAnswer(called)
  if (outcome.kind === 'user') return { outcome, steps: [passed('hook', `the user is ${outcome.user.externalId}`)] }
  const tell = outcome.legacyDown ? doubted : refused
  const fault = called.kind === 'unreachable' ? ` (${called.fault})` : ''
  return { outcome, steps: [tell('hook', outcome.reason + fault)] }
}

/** Whom a judged session would become, as things are now. */
async function settle(deps: Deps, app: Application, judgement: Judgement): Promise<Rehearsal> {
  const { outcome, steps } = judgement
  if (outcome.kind === 'failed') return failed(judgement)
  const { user, way } = outcome
  const { decided } = await matchLegacyUser(deps.db, app, user)
  const match = { kind: decided.kind, userId: 'userId' in decided ? decided.userId : undefined }
  const wrongUser = problemOf(decided.kind, way)
  const reason = wrongUser ?? (await findUnusable(deps, app, outcome.session, match.userId))
  const last = reason
    ? refused(wrongUser ? 'user' : 'session', PROBLEMS[reason] ?? reason)
    : passed('user', TELL[decided.kind])
  return { outcome: reason ? 'refused' : 'exchanged', reason, way, steps: [...steps, last], user, match }
}

/** Why a session that counts once opens nothing any more. */
async function findUnusable(
  deps: Deps,
  app: Application,
  session: LegacyExchange['session'],
  userId: string | undefined,
): Promise<FailureReason | undefined> {
  if (!session?.endsHere) return undefined
  const { revokedAt } = userId === undefined ? NEVER : await findSessionEnds(deps.db, app.id, userId)
  if (isRevoked(session, revokedAt)) return 'sessions_ended'
  return session.once && (await findMigratedSession(deps.db, app.id, session.key)) ? 'session_used' : undefined
}

const NEVER = { revokedAt: null }

type MatchKind = Awaited<ReturnType<typeof matchLegacyUser>>['decided']['kind']

function problemOf(kind: MatchKind, way: LegacyExchange['way']): FailureReason | undefined {
  if (kind === 'blocked' || kind === 'unidentified' || kind === 'conflict') return reasonOf(kind, way)
  return way === 'grace' && kind !== 'known' ? 'unknown_user' : undefined
}

const PROBLEMS: Readonly<Partial<Record<FailureReason, string>>> = {
  user_blocked: 'the user is blocked here',
  missing_identifiers: 'nobody here has the external id, and the token names no usable address or number',
  identifier_conflict: 'it fits two users here',
  unknown_user: 'nobody here has the external id, and a token that is over makes nobody new',
  session_used: 'its legacy session has come over before',
  sessions_ended: 'all sessions of the user were ended here since it was issued',
}

const TELL: Readonly<Record<MatchKind, string>> = {
  known: 'the user with this external id',
  link: 'a user without an external id who has proven the same, and gets it',
  create: 'a new user',
  blocked: '',
  unidentified: '',
  conflict: '',
}
