import { signJwt } from '../../crypto/jwt.ts'
import type { Deps } from '../../platform/deps.ts'
import { findSigningKey } from '../signing-keys/keyring.ts'
import type { ProofReport } from './report.ts'

/** No token has this type. RFC 8725 §3.11. */
export const REPORT_TYPE = 'migration-report+jws'

/**
 * Sign a report, as a compact JWS that anybody can verify by the application's JWKS. By the key of hook calls and webhooks, which signs no token; and
 * it has none of a token's claims, so that whoever takes it for one finds nobody in it.
 */
export async function signReport(deps: Deps, appId: string, report: ProofReport): Promise<string> {
  const { kid, key } = await findSigningKey(deps, appId, 'webhook', 'PS256')
  return signJwt({ alg: 'PS256', typ: REPORT_TYPE, kid }, { report }, key)
}
