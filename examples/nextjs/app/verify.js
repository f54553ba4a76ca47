import { createRemoteJWKSet, jwtVerify } from 'jose'

/** Where Antiphon is. Its access tokens name its bare host as their issuer, unless `sessions.issuer_form` is `url`. */
const host = process.env.NEXT_PUBLIC_ANTIPHON ?? '127.0.0.1:8443'
const keys = createRemoteJWKSet(new URL(`https://${host}/.well-known/jwks.json`))
const expected = { issuer: host, algorithms: ['EdDSA'], typ: 'at+jwt', requiredClaims: ['sub', 'sid', 'exp'] }

/** Errors that say nothing of the token: the keys could not be fetched. */
const NO_KEYS = [undefined, 'ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC']

/** The claims of a request's access token, or the status to refuse it with. */
export async function authenticate(request) {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  try {
    return { claims: (await jwtVerify(token, keys, expected)).payload }
  } catch (error) {
    return { status: NO_KEYS.includes(error.code) ? 503 : 401 }
  }
}
