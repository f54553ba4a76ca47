import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { currentMapping } from '../claims-mapping/current.ts'
import { emit } from '../events/store.ts'
import { endSessions } from './end.ts'
import { rebindByCookie } from './rebind.ts'
import { issuingKeyId } from './refresh-token.ts'
import { decideRotation } from './rotation.ts'
import { sessionSettings } from './settings.ts'
import {
  type CounterMove,
  findSession,
  type LiveSession,
  type Moved,
  swapCounter,
  swapCounterForward,
} from './store.ts'

/** A refresh token whose MAC was right, with the key of the proof it came with. */
export interface PresentedToken {
  readonly sessionId: string
  readonly counter: number
  /** Id of the master key that it was issued under. */
  readonly keyId: string
  /** Empty when there was no proof. */
  readonly jkt: string
  /** The `iat` of the proof, Unix ms by the client's clock; null without one. */
  readonly proofIssuedAt: number | null
  /** Id of the master key of the login's cookie for this session; undefined where none came along. */
  readonly loginKeyId: string | undefined
}

export type RotationOutcome =
  | { kind: 'rotated' | 'repeated' | 'restored' | 'rebound'; session: Moved }
  | { kind: 'reused' | 'late' | 'ended' | 'wrong_key' }

const ROUNDS = 20

/** Spend a refresh token. The current one costs one durable statement; only a token that loses it is looked into. */
export async function rotateSession(deps: Deps, app: Application, presented: PresentedToken): Promise<RotationOutcome> {
  const now = deps.now()
  const { idle_lifetime_seconds } = settingsOf(app, sessionSettings)
  const move: CounterMove = {
    app_id: app.id,
    id: presented.sessionId,
    presented: presented.counter,
    jkt: presented.jkt,
    now,
    idle_expires_at: now + idle_lifetime_seconds * 1000,
    proof_issued_at: presented.proofIssuedAt,
    token_key: presented.keyId,
  }
  const facts = (await currentMapping(deps, app))?.needs
  // Between a lost swap and the look at the row another request may move it again; each round somebody gets further.
  for (let round = 0; round < ROUNDS; round++) {
    const rotated = await swapCounter(deps, move, facts)
    if (rotated) return { kind: 'rotated', session: rotated }
    const outcome = await lookInto(deps, app, presented, move)
    if (outcome) return outcome
  }
  throw new Error('a refresh kept losing its races')
}

/** What a token is that did not rotate its session. Undefined when the row has moved meanwhile: try again. */
async function lookInto(
  deps: Deps,
  app: Application,
  presented: PresentedToken,
  move: CounterMove,
): Promise<RotationOutcome | undefined> {
  const session = await findSession(deps.db, app.id, move.id, move.now)
  const hasLoginCookie = isBelieved(deps, session, presented)
  const decided = decideRotation(session, { ...presented, hasLoginCookie }, move.now, spentMs(app))
  if (!session || decided === 'ended') return { kind: 'ended' }
  switch (decided) {
    case 'rotate':
      return undefined
    case 'repeat':
      return { kind: 'repeated', session }
    case 'restore': {
      const restored = await swapCounterForward(deps, move)
      return restored && { kind: 'restored', session: restored }
    }
    case 'rebind': {
      const rebound = await deps.transact((tx) => rebindByCookie(tx, deps, move))
      return rebound && { kind: 'rebound', session: rebound }
    }
    case 'reuse':
      await deps.transact((tx) => endReused(tx, deps, app.id, session))
      return { kind: 'reused' }
    default:
      return { kind: decided }
  }
}

/**
 * Whether the login's cookie counts. It is bound to nothing, and moves a session to another key: under an older master key, which may be older
 * because it leaked, it counts for sessions alone that began under that one.
 */
function isBelieved(deps: Deps, session: LiveSession | undefined, { loginKeyId }: PresentedToken): boolean {
  if (loginKeyId === undefined) return false
  return loginKeyId === issuingKeyId(deps) || (session?.token_key ?? loginKeyId) === loginKeyId
}

/** End a session whose token may be stolen, and say so, once. */
async function endReused(
  tx: Tx,
  deps: Deps,
  appId: string,
  { id, user_id }: Pick<LiveSession, 'id' | 'user_id'>,
): Promise<void> {
  const ended = await endSessions(tx, deps, appId, { id }, 'refresh_token_reused')
  if (ended.length === 0) return
  const payload = { user_id, session_id: id, occurred_at: rfc3339(deps.now()) }
  await emit(tx, deps, appId, 'session.refresh_reused', payload)
}

/** How long a spent cookie answers its successor, which nobody has used. */
function spentMs(app: Application): number {
  const { refresh_grace_seconds, unused_successor_seconds } = settingsOf(app, sessionSettings)
  return Math.max(refresh_grace_seconds, unused_successor_seconds) * 1000
}
