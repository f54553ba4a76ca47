// Antiphon's migration hook for Auth.js (next-auth 5) in Next.js: app/api/antiphon/session/route.js. See README.md beside this file.

import { Readable } from 'node:stream'
import { decode, encode } from '@auth/core/jwt'
import { antiphonCalls, cookiesOf } from '@/antiphon-call.mjs'
import { adapter, secret, userById } from '@/auth'

export const dynamic = 'force-dynamic'

const NAMES = ['__Secure-authjs.session-token', 'authjs.session-token']
/** Auth.js makes another key of each salt: no ticket is a session, and no session a ticket. */
const TICKET = { secret, salt: 'antiphon.ticket', maxAge: 120 }
const read = antiphonCalls({ appId: process.env.ANTIPHON_APP_ID, jwksUrl: process.env.ANTIPHON_JWKS_URL })

export async function POST(request) {
  try {
    const body = Readable.fromWeb(request.body)
    const token = await read(Object.assign(body, { headers: Object.fromEntries(request.headers) }))
    const user = (await userOfTicket(token)) ?? (await userOfCookies(cookiesOf(token)))
    if (!user) return Response.json({ error: 'no session' }, { status: 401 })
    const identifiers = [{ type: 'email_address', value: user.email, verified: user.emailVerified != null }]
    return Response.json({ user: { external_id: user.id, identifiers, profile: { name: user.name } } })
  } catch (error) {
    console.error('antiphon hook:', error)
    return Response.json({ error: 'could not tell' }, { status: 500 })
  }
}

/** For pages, which cannot read an HttpOnly cookie: a ticket for whoever is signed in here, good for two minutes. */
export async function GET(request) {
  const user = await userOfCookies(cookiesOf(request.headers.get('cookie') ?? ''))
  const token = user ? await encode({ ...TICKET, token: { sub: user.id } }) : null
  return Response.json({ token }, { headers: { 'cache-control': 'no-store' } })
}

/** Undecipherable, or expired: nobody's. */
const subjectOf = async (token, key) => (await decode({ ...key, token }).catch(() => undefined))?.sub

async function userOfTicket(token) {
  const id = await subjectOf(token, TICKET)
  return id ? await userById(id) : undefined
}

async function userOfCookies(cookies) {
  for (const name of NAMES) {
    const value = wholeCookie(cookies, name)
    if (value === '') continue
    // strategy: 'database'
    if (adapter) {
      const found = await adapter.getSessionAndUser(value)
      return found && found.session.expires > new Date() ? found.user : undefined
    }
    // strategy: 'jwt'
    const id = await subjectOf(value, { secret, salt: name })
    return id ? await userById(id) : undefined
  }
}

/** Large cookies come in pieces, `.0`, `.1` and on. */
function wholeCookie(cookies, name) {
  let value = cookies.get(name) ?? ''
  for (let piece = 0; cookies.has(`${name}.${piece}`); piece++) value += cookies.get(`${name}.${piece}`)
  return value
}
