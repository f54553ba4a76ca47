import { z } from 'zod'
import { importPublicJwk, type KeyObject } from '../../crypto/jwk.ts'
import { verifyBody } from '../../crypto/webhook-signature.ts'
import { type Deps, resident } from '../../platform/deps.ts'

/** A call as it arrived: the body before anybody parsed it, for the signature is over its bytes. */
export interface SignedCall {
  readonly body: string
  readonly signature: string
  readonly keyId: string
}

const jwkSet = z.object({ keys: z.array(z.looseObject({ kid: z.string(), alg: z.string() })) })
const payload = z.object({ token: z.string() })

/** Antiphon's public keys by `kid`, as far as they were met. */
const knownKeys = resident(() => new Map<string, KeyObject>())

/**
 * The legacy token in a call of Antiphon's migration hook; undefined when the call is not Antiphon's.
 * This is what an application's own backend does: fetch the key that is named from the published set, verify, only then read.
 */
export async function readHookCall(deps: Deps, antiphon: string, call: SignedCall): Promise<string | undefined> {
  const key = knownKeys(deps).get(call.keyId) ?? (await fetchKey(deps, antiphon, call.keyId))
  if (!key || !verifyBody(key, call.body, call.signature)) return undefined
  return payload.parse(JSON.parse(call.body)).token
}

async function fetchKey(deps: Deps, antiphon: string, keyId: string): Promise<KeyObject | undefined> {
  const url = `${antiphon}/.well-known/jwks.json`
  const answer = await deps.fetch({ method: 'GET', url, timeoutMs: 2_000, maxBytes: 64 * 1024 })
  if (answer.kind !== 'answered' || answer.status !== 200) return undefined
  const { keys } = jwkSet.parse(JSON.parse(answer.body.toString()))
  const key = importPublicJwk(keys.find(({ kid, alg }) => kid === keyId && alg === 'PS256'))
  if (key) knownKeys(deps).set(keyId, key)
  return key
}
