// Antiphon's migration hook for Auth.js (next-auth 5) in Next.js: app/api/antiphon/session/route.js. See README.md beside this file.

import { Readable } from 'node:stream'
import { decode } from '@auth/core/jwt'
import { antiphonCalls, cookiesOf } from '@/antiphon-call.mjs'
import { adapter, secret, userById } from '@/auth'

const NAMES = ['__Secure-authjs.session-token', 'authjs.session-token']
const read = antiphonCalls({ appId: process.env.ANTIPHON_APP_ID, jwksUrl: process.env.ANTIPHON_JWKS_URL })

export async function POST(request) {
  try {
    const body = Readable.fromWeb(request.body)
    const token = await read(Object.assign(body, { headers: Object.fromEntries(request.headers) }))
    const user = await userOf(cookiesOf(token))
    if (!user) return Response.json({ error: 'no session' }, { status: 401 })
    const identifiers = [{ type: 'email_address', value: user.email, verified: user.emailVerified != null }]
    return Response.json({ user: { external_id: user.id, identifiers, profile: { name: user.name } } })
  } catch (error) {
    console.error('antiphon hook:', error)
    return Response.json({ error: 'could not tell' }, { status: 500 })
  }
}

async function userOf(cookies) {
  for (const name of NAMES) {
    const value = wholeCookie(cookies, name)
    if (value === '') continue
    // strategy: 'database'
    if (adapter) {
      const found = await adapter.getSessionAndUser(value)
      return found && found.session.expires > new Date() ? found.user : undefined
    }
    // strategy: 'jwt'. Undecipherable, or expired: nobody's.
    const claims = await decode({ token: value, secret, salt: name }).catch(() => undefined)
    return claims?.sub ? await userById(claims.sub) : undefined
  }
}

/** Large cookies come in pieces, `.0`, `.1` and on. */
function wholeCookie(cookies, name) {
  let value = cookies.get(name) ?? ''
  for (let piece = 0; cookies.has(`${name}.${piece}`); piece++) value += cookies.get(`${name}.${piece}`)
  return value
}
