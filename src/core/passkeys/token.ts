import { z } from 'zod'
import { decode, encode } from '../../crypto/base64url.ts'
import { hmacSha256 } from '../../crypto/hash.ts'
import { decodeJson } from '../../crypto/json.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { kept } from '../../platform/kept-keys.ts'
import { sealing } from '../../platform/key-set.ts'
import type { PasskeyConfig } from './config.ts'

/** Longer than a client's own time for a ceremony: where passkeys are offered in a form field, a page waits for whoever comes to it. */
export const TOKEN_LIFETIME_MS = 300_000
const CHALLENGE_BYTES = 32

export const box = sealing('passkey-tokens')
const stepKey = kept('passkey-step')

const common = {
  jti: z.string(),
  challenge: z.string(),
  rp_id: z.string(),
  user_verification: z.enum(['required', 'preferred', 'discouraged']),
  expires_at: z.number(),
}

const shapes = {
  login: z.object(common),
  registration: z.object({
    ...common,
    user_id: z.string(),
    session_id: z.string(),
    nickname: z.string().nullable(),
  }),
}

type Kind = keyof typeof shapes
type Claims<K extends Kind> = z.output<(typeof shapes)[K]>

/** What the token of a login says: by what its answer will be judged. `expires_at`: Unix ms. */
export type LoginTokenClaims = Claims<'login'>
/** What the token of a registration says, besides whose it is. */
export type RegistrationTokenClaims = Claims<'registration'>

/** What a new ceremony will be judged by. */
export const newCeremony = (deps: Deps, config: PasskeyConfig): LoginTokenClaims => ({
  jti: newId('pkt', deps),
  challenge: encode(deps.random(CHALLENGE_BYTES)),
  rp_id: config.rp_id,
  user_verification: config.user_verification,
  expires_at: deps.now() + TOKEN_LIFETIME_MS,
})

/** Seal what a ceremony will be judged by, for the client to keep meanwhile. Means nothing to another application, or for another kind of ceremony. */
export const sealToken = <K extends Kind>(deps: Deps, appId: string, kind: K, claims: Claims<K>): string =>
  box.seal(deps, `${appId}/${kind}`, JSON.stringify(claims))

export type TokenOutcome<K extends Kind> = { kind: 'valid'; claims: Claims<K> } | { kind: 'expired' | 'invalid' }

export function openToken<K extends Kind>(deps: Deps, appId: string, kind: K, token: string): TokenOutcome<K> {
  const opened = box.open(deps, `${appId}/${kind}`, token)
  const parsed = shapes[kind].safeParse(opened && decodeJson(opened))
  if (!parsed.success) return { kind: 'invalid' }
  const claims = parsed.data as Claims<K>
  return claims.expires_at > deps.now() ? { kind: 'valid', claims } : { kind: 'expired' }
}

/** The bytes of a ceremony's challenge. */
export const challengeOf = ({ challenge }: Pick<LoginTokenClaims, 'challenge'>): Uint8Array =>
  decode(challenge) ?? new Uint8Array()

/** The challenge of a step of a step-up: the same as long as its token is the same, and that of no other. */
export const stepChallenge = (deps: Deps, appId: string, jti: string): Uint8Array =>
  hmacSha256(stepKey(deps), `${appId}\0${jti}`)
