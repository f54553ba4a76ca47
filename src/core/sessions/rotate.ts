import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { decideRotation } from './rotation.ts'
import { sessionSettings } from './settings.ts'
import { type CounterMove, endSessions, findSession, type Moved, swapCounter, swapCounterForward } from './store.ts'

/** A refresh token whose MAC was right, with the key of the proof it came with. */
export interface PresentedToken {
  readonly sessionId: string
  readonly counter: number
  /** Empty when there was no proof. */
  readonly jkt: string
}

export type RotationOutcome =
  | { kind: 'rotated' | 'repeated' | 'restored'; session: Moved }
  | { kind: 'reused' }
  | { kind: 'ended' }
  | { kind: 'wrong_key' }

const ROUNDS = 20

/** Spend a refresh token. The current one costs one durable statement; only a token that loses it is looked into. */
export async function rotateSession(deps: Deps, app: Application, presented: PresentedToken): Promise<RotationOutcome> {
  const now = deps.now()
  const { idle_lifetime_seconds, refresh_grace_seconds } = settingsOf(app, sessionSettings)
  const move: CounterMove = {
    app_id: app.id,
    id: presented.sessionId,
    presented: presented.counter,
    jkt: presented.jkt,
    now,
    idle_expires_at: now + idle_lifetime_seconds * 1000,
  }
  // Between a lost swap and the look at the row another request may move it again; each round somebody gets further.
  for (let round = 0; round < ROUNDS; round++) {
    const rotated = await swapCounter(deps, move)
    if (rotated) return { kind: 'rotated', session: rotated }

    const session = await findSession(deps.db, app.id, presented.sessionId, now)
    const decided = decideRotation(session, presented, now, refresh_grace_seconds * 1000)
    if (decided === 'repeat' && session) return { kind: 'repeated', session }
    if (decided === 'ended' || decided === 'wrong_key')
      return decided === 'ended' ? { kind: 'ended' } : { kind: 'wrong_key' }
    if (decided === 'reuse') {
      const which = { id: presented.sessionId }
      await deps.transact((tx) => endSessions(tx, deps, app.id, which, 'refresh_token_reused'))
      return { kind: 'reused' }
    }
    if (decided === 'restore') {
      const restored = await swapCounterForward(deps, move)
      if (restored) return { kind: 'restored', session: restored }
    }
  }
  throw new Error('a refresh kept losing its races')
}
