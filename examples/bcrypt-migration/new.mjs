// What comes in: the hook that tells Antiphon whose an old session is, and the check of Antiphon's tokens.
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { antiphonHook } from '../hooks/node/antiphon-call.mjs'
import { cookieOf, openSession, userBySession } from './old.mjs'

/** Where Antiphon is, and which application of it the shop is. */
export const antiphon = new URL(process.env.ANTIPHON ?? 'https://127.0.0.1:8443')
export const appId = process.env.APP ?? 'guide'
const jwksUrl = new URL('/.well-known/jwks.json', antiphon)
const TICKET_SECONDS = 120
const TICKET = 'ticket.'

/** A user as Antiphon is told of them, by the import and by the hook. Leave `password_hash` out if you want new passwords. */
export const recordOf = ({ id, email, name, password_hash }) => ({
  external_id: String(id),
  identifiers: [{ type: 'email_address', value: email }],
  profile: { first_name: name },
  password_hash,
})

/** Antiphon asks: whose is this session? Mount it before any body parser. */
export const hook = antiphonHook({
  appId,
  jwksUrl: jwksUrl.href,
  userOf: async (token) => {
    const user = token.startsWith(TICKET) ? userBySession(token) : undefined
    return user && recordOf(user)
  },
})

/** The page cannot read its HttpOnly cookie, so it gets a ticket: good for two minutes, for the hook alone. `null` for visitors. */
export function ticket(request, response) {
  const user = userBySession(cookieOf(request))
  response.set('cache-control', 'no-store').json({ token: user ? openSession(user.id, TICKET_SECONDS, TICKET) : null })
}

const keys = createRemoteJWKSet(jwksUrl)
const expected = { issuer: antiphon.host, algorithms: ['EdDSA'], typ: 'at+jwt', requiredClaims: ['sub', 'sid', 'exp'] }
const NO_KEYS = [undefined, 'ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC']

/** The shop's own id of whoever sends an access token: `move.mjs` has it put there. Empty without a good token; throws when nobody can tell. */
export async function userIdByToken(request) {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '') ?? []
  try {
    return (await jwtVerify(token, keys, expected)).payload.shop_user ?? ''
  } catch (error) {
    if (NO_KEYS.includes(error.code)) throw error
    return ''
  }
}
