import { type IssuerVerdict, issuerKeys } from '../../core/issuer-keys/issuer-keys.ts'
import { verifyByPinned } from '../../core/issuer-keys/pinned-keys.ts'
import { MAC_ALGORITHMS, SIGNATURE_ALGORITHMS, verifyMac } from '../../crypto/jws.ts'
import type { DecodedJwt } from '../../crypto/jwt.ts'
import type { Deps } from '../../platform/deps.ts'
import type { JwtConfig } from './config.ts'
import type { LegacyToken } from './legacy-token.ts'
import type { TokenReading } from './presets.ts'
import { secretBytes } from './secrets.ts'

export interface SignatureVerdict {
  readonly verdict: IssuerVerdict
  /** Which keys have decided. */
  readonly by: 'secret' | 'jwks' | 'jwks_url' | 'kept_keys' | 'nothing'
}

/**
 * Whether a token is its issuer's. The algorithm decides which keys are tried, and nothing is ever both: a secret verifies HMACs alone, a published key
 * signatures alone. RFC 8725 §3.1.
 */
export async function judgeSignature(
  deps: Deps,
  config: JwtConfig,
  secret: string | undefined,
  reading: TokenReading,
  { signed }: LegacyToken,
): Promise<SignatureVerdict> {
  if (!signed) return { verdict: 'verified', by: 'secret' }
  if (MAC_ALGORITHMS.some((alg) => alg === signed.header.alg)) return judgeMac(config, secret, signed)
  if (config.jwks) return { verdict: verifyByPinned(config.jwks, signed, SIGNATURE_ALGORITHMS), by: 'jwks' }
  const { jwksUrl } = reading
  if (jwksUrl === undefined) return { verdict: 'refused', by: 'nothing' }
  const verdict = await issuerKeys(deps).verify(jwksUrl, signed, SIGNATURE_ALGORITHMS)
  // While the issuer's own word counts, what it has taken back is no key of its any more.
  const copy = verdict === 'gone' || verdict === 'silent' ? copyOf(config, jwksUrl) : undefined
  const isKept = copy && verifyByPinned(copy, signed, SIGNATURE_ALGORITHMS) === 'verified'
  return isKept ? { verdict: 'verified', by: 'kept_keys' } : { verdict, by: 'jwks_url' }
}

function judgeMac(config: JwtConfig, secret: string | undefined, jwt: DecodedJwt): SignatureVerdict {
  const key = secret === undefined ? undefined : secretBytes(secret, config)
  if (!key) return { verdict: 'refused', by: 'nothing' }
  const isGenuine = verifyMac(String(jwt.header.alg), key, jwt.signingInput, jwt.signature)
  return { verdict: isGenuine ? 'verified' : 'refused', by: 'secret' }
}

const copyOf = ({ kept_keys = [] }: JwtConfig, jwksUrl: string) =>
  kept_keys.find(({ jwks_url }) => jwks_url === jwksUrl)?.jwks
