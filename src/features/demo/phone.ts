import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Deps } from '../../platform/deps.ts'

const USER_AGENT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

/**
 * Sign a person in on a pretend phone, over the public API: migration, then finalize, without a key. Nobody keeps its tokens;
 * the session is there to be listed and revoked. False when Antiphon refused.
 */
export async function signInPhone(deps: Deps, antiphon: string, legacyToken: string): Promise<boolean> {
  const verifier = encode(deps.random(32))
  const migrated = await post(deps, `${antiphon}/v1/session/migration`, {
    token: legacyToken,
    code_challenge: encode(sha256(verifier)),
  })
  if (!migrated) return false
  const { challenge_token } = JSON.parse(migrated) as { challenge_token: string }
  const finalized = await post(deps, `${antiphon}/v1/session/login/finalize`, {
    challenge_token,
    code_verifier: verifier,
  })
  return finalized !== undefined
}

async function post(deps: Deps, url: string, body: object): Promise<string | undefined> {
  const text = JSON.stringify(body)
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'user-agent': USER_AGENT,
  }
  const answer = await deps.fetch({ method: 'POST', url, headers, body: text, timeoutMs: 10_000, maxBytes: 64 * 1024 })
  return answer.kind === 'answered' && answer.status === 200 ? answer.body.toString() : undefined
}
