import { createHash, randomBytes } from 'node:crypto'
import { type Antiphon, call } from './antiphon.ts'

const USER_AGENT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

/**
 * Sign a person in on a pretend phone, over the public API: migration, then finalize, without a key. Nobody keeps its tokens;
 * the session is there to be listed and revoked. False when Antiphon refused.
 */
export async function signInPhone(antiphon: Antiphon, legacyToken: string): Promise<boolean> {
  const verifier = randomBytes(32).toString('base64url')
  const code_challenge = createHash('sha256').update(verifier).digest('base64url')
  const migrated = await post(antiphon, '/v1/session/migration', { token: legacyToken, code_challenge })
  if (!migrated) return false
  const { challenge_token } = JSON.parse(migrated) as { challenge_token: string }
  const finalized = await post(antiphon, '/v1/session/login/finalize', { challenge_token, code_verifier: verifier })
  return finalized !== undefined
}

async function post(antiphon: Antiphon, path: string, body: object): Promise<string | undefined> {
  const answer = await call(antiphon, path, { method: 'POST', headers: { 'user-agent': USER_AGENT }, body })
  return answer.status === 200 ? answer.text : undefined
}
