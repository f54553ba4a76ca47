import { signInput } from '../../crypto/jws.ts'
import { unixSeconds } from '../../platform/clock.ts'
import type { SigningKey } from '../signing-keys/keyring.ts'

/**
 * The headers of Standard Webhooks: id, time and body signed by Ed25519, once by each key that is published, so that a receiver with an older one goes
 * on verifying after a rotation. standard-webhooks.md, `v1a`.
 */
export function standardHeaders(
  keys: readonly SigningKey[],
  id: string,
  now: number,
  body: string,
): Record<string, string> {
  const timestamp = String(unixSeconds(now))
  const signatures = keys.map(
    ({ key }) => `v1a,${signInput('EdDSA', key, `${id}.${timestamp}.${body}`).toString('base64')}`,
  )
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** The public half as receivers are given it. `x`: base64url, as in a JWK. */
export const standardKeyOf = (x: string): string => `whpk_${Buffer.from(x, 'base64url').toString('base64')}`
