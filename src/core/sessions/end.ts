import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { emitAll } from '../events/store.ts'
import { deleteGrantsOfProfile } from '../grants/store.ts'
import { countUp } from '../rollups/count.ts'
import { markSessionsEnded } from '../users/store/session-ends.ts'
import { wayOf } from '../users/way.ts'
import { MAX_SESSIONS } from './settings.ts'
import { type EndedSession, endExcess, endLive, type SessionSelection } from './store/endings.ts'
import { END_REASONS, type EndReason } from './tables.ts'

/** So many at once: more than anybody has, and few enough that nobody waits for their locks. */
const SLICE = MAX_SESSIONS

const END_REST = 'sessions/end-rest'

/** Ends what one transaction did not, a slice at a time. */
export const endRest = job({
  kind: END_REST,
  payload: z.object({
    user_id: z.string(),
    except_id: z.string().optional(),
    until: z.number(),
    proven_before: z.number().optional(),
    reason: z.enum(END_REASONS),
  }),
  async run({ user_id, except_id, until, proven_before, reason }, { appId }, deps) {
    const which = {
      userId: user_id,
      until,
      ...(except_id !== undefined && { exceptId: except_id }),
      ...(proven_before !== undefined && { provenBefore: proven_before }),
    }
    for (;;) {
      const ended = await deps.transact((tx) => endSlice(tx, deps, appId, which, reason))
      if (ended.length < SLICE) return
    }
  },
})

/**
 * End live sessions, each with its event. Answers the ids that this call ended; one that had ended is not among them. With all sessions of a
 * user, or all but one, end what rests on none: scopes granted to the user as such, and whatever was proven for a login that is not done.
 * Of more sessions than anybody can have the rest ends a moment later.
 */
export async function endSessions(
  tx: Tx,
  deps: Deps,
  appId: string,
  which: SessionSelection,
  reason: EndReason,
): Promise<string[]> {
  if (!isEverySession(which)) return await endSlice(tx, deps, appId, which, reason)
  const { userId, exceptId } = which
  // First of all, for whoever starts a session holds the user before it touches sessions.
  await markSessionsEnded(tx, appId, userId, deps.now(), { revoked: true })
  await deleteGrantsOfProfile(tx, appId, userId)
  const ended = await endSlice(tx, deps, appId, which, reason)
  if (ended.length === SLICE)
    await enqueue(tx, deps, appId, END_REST, { user_id: userId, except_id: exceptId, until: deps.now(), reason })
  return ended
}

/** End the live sessions of a user whose login proved them before a time, Unix ms, and whatever was proven for a login that is not done. */
export async function endOlderSessions(tx: Tx, deps: Deps, appId: string, userId: string, provenBefore: number) {
  await markSessionsEnded(tx, appId, userId, deps.now(), { revoked: false })
  const ended = await endSlice(tx, deps, appId, { userId, provenBefore }, 'revoked')
  if (ended.length < SLICE) return
  const rest = { user_id: userId, until: deps.now(), proven_before: provenBefore, reason: 'revoked' as const }
  await enqueue(tx, deps, appId, END_REST, rest)
}

/** Whether a selection means all sessions of a user, or all but one. */
const isEverySession = (which: SessionSelection): which is { userId: string; exceptId?: string } =>
  which.userId !== undefined && which.id === undefined && which.jkt === undefined && which.provenBefore === undefined

/** End what a user has beyond `max` live sessions, those first that were unused for longest; never the one just started. */
export async function supersede(
  tx: Tx,
  deps: Deps,
  appId: string,
  started: { readonly id: string; readonly user_id: string },
  max: number,
): Promise<void> {
  const ended = await endExcess(
    tx,
    appId,
    { userId: started.user_id, exceptId: started.id, max, count: SLICE },
    deps.now(),
  )
  await announce(tx, deps, appId, ended, 'superseded')
}

async function endSlice(tx: Tx, deps: Deps, appId: string, which: SessionSelection, reason: EndReason) {
  const ended = await endLive(tx, appId, which, reason, SLICE, deps.now())
  // What is older than a proof ends when an account becomes the one of a legacy record, and at no other time.
  await announce(tx, deps, appId, ended, reason, which.provenBefore === undefined ? reason : 'migration')
  return ended.map(({ id }) => id)
}

async function announce(
  tx: Tx,
  deps: Deps,
  appId: string,
  ended: readonly EndedSession[],
  reason: EndReason,
  countedAs: EndReason | 'migration' = reason,
): Promise<void> {
  const revoked_at = rfc3339(deps.now())
  const payloads = ended.map(({ id, user_id }) => ({ user_id, session_id: id, revoked_at, reason }))
  await emitAll(tx, deps, appId, 'user.session.revoked', payloads)
  for (const { amr } of ended)
    countUp(deps, appId, 'session_ended', { reason: countedAs, way: wayOf(JSON.parse(amr) as string[], undefined) })
}
