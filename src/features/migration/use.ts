import type { Issuing } from '../../core/challenges/challenge-token.ts'
import { findSessionEnds } from '../../core/users/store/session-ends.ts'
import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { MAX_GRACE_SECONDS } from './config.ts'
import type { UsedSession } from './outcome.ts'
import { findMigratedSession, insertMigratedSession } from './store.ts'
import type { MigratedSessionRow } from './tables.ts'

/** For so long whoever did not hear the answer may ask the same again. */
const AGAIN_MS = 60_000
const DAY_MS = 86_400_000

/** What a client sends, as far as it tells one try from another. */
export interface LegacyRequest {
  readonly token: string
  readonly code_challenge: string
}

/** Why a legacy session opens nothing: it did before; or all sessions of its user were ended here since its token was issued, and that one was meant, too. */
type Unusable = 'session_used' | 'sessions_ended'

/**
 * Use up a legacy session: once, where its token is over. The same request within a minute gets the same answer, which its sender alone can finalize. Live
 * tokens are noted, so that they do not come back when they have expired, and issue as often as they are shown.
 */
export async function useSession(
  tx: Tx,
  deps: Deps,
  { appId, userId }: { readonly appId: string; readonly userId: string },
  session: UsedSession | undefined,
  request: LegacyRequest,
): Promise<Issuing | Unusable> {
  const issuing: Issuing = { jti: newId('cht', deps), at: deps.now() }
  if (!session) return issuing
  const row = rowOf(appId, session, request, issuing)
  if (!session.endsHere) {
    await insertMigratedSession(tx, row)
    return issuing
  }
  const { endedAt, revokedAt } = await findSessionEnds(tx, appId, userId)
  if (isRevoked(session, revokedAt)) return 'sessions_ended'
  const isFirst = await insertMigratedSession(tx, row)
  const answered = isFirst || !session.once ? issuing : await findSame(tx, row)
  return answered ? { ...answered, sessionsEndedAt: endedAt } : 'session_used'
}

export const isRevoked = ({ issuedAt }: UsedSession, revokedAt: number | null): boolean =>
  revokedAt !== null && issuedAt <= revokedAt

function rowOf(appId: string, { key, endsAt }: UsedSession, request: LegacyRequest, { jti, at }: Issuing) {
  return {
    app_id: appId,
    session_key: key,
    token_hash: encode(sha256(request.token)),
    code_challenge: request.code_challenge,
    jti,
    used_at: at,
    expires_at: Math.max(at, endsAt) + MAX_GRACE_SECONDS * 1000 + DAY_MS,
  }
}

/** What the same request was answered a moment ago. */
async function findSame(tx: Tx, row: MigratedSessionRow): Promise<Issuing | undefined> {
  const used = await findMigratedSession(tx, row.app_id, row.session_key)
  const isSame = used?.token_hash === row.token_hash && used.code_challenge === row.code_challenge
  return isSame && row.used_at - used.used_at < AGAIN_MS ? { jti: used.jti, at: used.used_at } : undefined
}
