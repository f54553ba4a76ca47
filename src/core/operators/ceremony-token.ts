import { z } from 'zod'
import { decode, encode } from '../../crypto/base64url.ts'
import { decodeJson } from '../../crypto/json.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { sealing } from '../../platform/key-set.ts'

const LIFETIME_MS = 300_000
const CHALLENGE_BYTES = 32
const box = sealing('operator-ceremonies')

type Kind = 'login' | 'registration'

const shape = z.object({
  jti: z.string(),
  challenge: z.string(),
  rp_id: z.string(),
  /** Whose it is; none where the passkey is to tell. */
  operator_id: z.string().optional(),
  expires_at: z.number(),
})

/** By what the answer of a ceremony will be judged. There is no row before it ends. */
export interface Ceremony {
  readonly jti: string
  readonly challenge: Uint8Array
  readonly rpId: string
  readonly operatorId: string | undefined
  /** Unix ms. */
  readonly expiresAt: number
}

/** A new ceremony, and the token by which its browser brings it back. */
export function newOperatorCeremony(
  deps: Deps,
  kind: Kind,
  rpId: string,
  operatorId: string | undefined,
): { challenge: Uint8Array; token: string } {
  const challenge = deps.random(CHALLENGE_BYTES)
  const claims = {
    jti: newId('opc', deps),
    challenge: encode(challenge),
    rp_id: rpId,
    operator_id: operatorId,
    expires_at: deps.now() + LIFETIME_MS,
  }
  return { challenge, token: box.seal(deps, kind, JSON.stringify(claims)) }
}

/** Undefined when it is none of that kind, or has expired. */
export function openOperatorCeremony(deps: Deps, kind: Kind, token: string): Ceremony | undefined {
  const opened = box.open(deps, kind, token)
  const parsed = shape.safeParse(opened && decodeJson(opened))
  if (!parsed.success || parsed.data.expires_at <= deps.now()) return undefined
  const { jti, challenge, rp_id: rpId, operator_id: operatorId, expires_at: expiresAt } = parsed.data
  return { jti, challenge: decode(challenge) ?? new Uint8Array(), rpId, operatorId, expiresAt }
}
