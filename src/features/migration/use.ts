import type { Issuing } from '../../core/challenges/challenge-token.ts'
import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { MAX_GRACE_SECONDS } from './config.ts'
import type { UsedSession } from './outcome.ts'
import { findMigratedSession, insertMigratedSession } from './store.ts'

/** For so long whoever did not hear the answer may ask the same again. */
const AGAIN_MS = 60_000
const DAY_MS = 86_400_000

/** What a client sends, as far as it tells one try from another. */
export interface LegacyRequest {
  readonly token: string
  readonly code_challenge: string
}

/**
 * Use up a legacy session: once, where its token is over. The same request within a minute gets the same answer, which its sender alone can finalize. Live
 * tokens are noted, so that they do not come back when they have expired, and issue as often as they are shown.
 */
export async function useSession(
  tx: Tx,
  deps: Deps,
  appId: string,
  session: UsedSession | undefined,
  { token, code_challenge }: LegacyRequest,
): Promise<Issuing | 'used'> {
  const now = deps.now()
  const issuing: Issuing = { jti: newId('cht', deps), at: now }
  if (!session) return issuing
  const row = {
    app_id: appId,
    session_key: session.key,
    token_hash: encode(sha256(token)),
    code_challenge,
    jti: issuing.jti,
    used_at: now,
    expires_at: Math.max(now, session.endsAt) + MAX_GRACE_SECONDS * 1000 + DAY_MS,
  }
  if ((await insertMigratedSession(tx, row)) || !session.once) return issuing
  const used = await findMigratedSession(tx, appId, session.key)
  const isSame = used?.token_hash === row.token_hash && used.code_challenge === code_challenge
  return isSame && now - used.used_at < AGAIN_MS ? { jti: used.jti, at: used.used_at } : 'used'
}
