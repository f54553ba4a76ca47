/**
 * Claims that only the server writes: of access tokens as they are, and as the standards may have them one day. RFC 7519 §4.1, RFC 9068 §2.2, RFC 9449
 * §6.1, RFC 8693 §4, OpenID Connect Core §2.
 */
const REGISTERED = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'sid',
  'scope',
  'cnf',
  'amr',
  'acr',
  'auth_time',
  'cc',
  'unproven',
  'azp',
  'client_id',
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
  'act',
  'may_act',
  'sub_id',
  'authorization_details',
  'events',
  'toe',
  'txn',
  'grant_id',
] as const

const names: ReadonlySet<string> = new Set(REGISTERED)

export const isRegistered = (claim: string): boolean => names.has(claim)

export const REGISTERED_CLAIMS: readonly string[] = REGISTERED
