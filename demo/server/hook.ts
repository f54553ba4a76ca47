import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { z } from 'zod'
import { type Antiphon, call } from './antiphon.ts'

/** A call as it arrived: the body before anybody parsed it, for the signature is over its bytes. */
export interface SignedCall {
  readonly body: string
  readonly signature: string
  readonly keyId: string
}

const jwkSet = z.object({ keys: z.array(z.looseObject({ kid: z.string(), alg: z.string() })) })
const payload = z.object({ token: z.string() })

/**
 * Reads calls of Antiphon's migration hook: the legacy token in one, undefined when the call is not Antiphon's.
 * This is what an application's own backend does: fetch the key that is named from the published set, verify, only then read.
 */
export function hookReader(antiphon: Antiphon): (call: SignedCall) => Promise<string | undefined> {
  const known = new Map<string, KeyObject>()
  return async ({ body, signature, keyId }) => {
    const key = known.get(keyId) ?? (await fetchKey(antiphon, keyId))
    if (!key || !isSigned(key, body, signature)) return undefined
    known.set(keyId, key)
    return payload.parse(JSON.parse(body)).token
  }
}

/** RSASSA-PSS with SHA-256 and a salt of 32 bytes, base64url. */
function isSigned(key: KeyObject, body: string, signature: string): boolean {
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return verify('sha256', Buffer.from(body), pss, Buffer.from(signature, 'base64url'))
}

async function fetchKey(antiphon: Antiphon, keyId: string): Promise<KeyObject | undefined> {
  const answer = await call(antiphon, '/.well-known/jwks.json')
  if (answer.status !== 200) return undefined
  const { keys } = jwkSet.parse(JSON.parse(answer.text))
  const jwk = keys.find(({ kid, alg }) => kid === keyId && alg === 'PS256')
  return jwk && createPublicKey({ key: jwk, format: 'jwk' })
}
