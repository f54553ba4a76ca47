// Antiphon's migration hook for express-session, with any store. See README.md beside this file.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { antiphonHook, cookiesOf } from '../node/antiphon-call.mjs'

const TICKET_SECONDS = 120

/**
 * `store`, `secret` and `name` as you gave them to `session({…})`; `secret` may be a list, newest first.
 * `userOf(session)`: the record of whoever is signed in by the data of a session, or undefined for a visitor.
 */
export function antiphonForSessions({ appId, jwksUrl, store, secret, name = 'connect.sid', userOf }) {
  const secrets = [secret].flat()

  /** The session as the store has it: undefined when there is none, or its time is over. */
  async function sessionOf(id) {
    const session = await new Promise((resolve, reject) =>
      store.get(id, (error, found) => (error && error.code !== 'ENOENT' ? reject(error) : resolve(found))),
    )
    const expires = session?.cookie?.expires ?? undefined
    return expires !== undefined && new Date(expires) <= new Date() ? undefined : session
  }

  const hook = antiphonHook({
    appId,
    jwksUrl,
    async userOf(token) {
      const id = sessionIdOf(token, name, secrets)
      const session = id === undefined ? undefined : await sessionOf(id)
      return session ? await userOf(session) : undefined
    },
  })

  /** For pages, which cannot read an HttpOnly cookie: a ticket for the session of this very request, good for two minutes. */
  async function ticket(request, response) {
    const answer = (status, json) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(json))
    try {
      answer(200, { token: (await userOf(request.session)) ? makeTicket(request.sessionID, secrets[0]) : null })
    } catch (error) {
      // Express 4 lets a rejection end the process.
      console.error('antiphon ticket:', error)
      answer(500, { error: 'could not tell' })
    }
  }

  return { hook, ticket }
}

/** The session id in a cookie `connect.sid=s:<id>.<signature>` or in a ticket; undefined when nobody of ours has signed it. */
function sessionIdOf(token, name, secrets) {
  const cookie = cookiesOf(token).get(name)
  if (cookie?.startsWith('s:')) return unsign(cookie.slice(2), (id, secret) => mac(id, secret, 'base64'), secrets)
  if (!token.startsWith('ticket.')) return undefined
  const signed = unsign(
    token.slice('ticket.'.length),
    (text, secret) => mac(`antiphon ${text}`, secret, 'base64url'),
    secrets,
  )
  const [expires, id] =
    signed === undefined ? [] : [signed.slice(0, signed.indexOf('.')), signed.slice(signed.indexOf('.') + 1)]
  return Number(expires) > Date.now() / 1000 ? id : undefined
}

function makeTicket(id, secret) {
  const text = `${Math.floor(Date.now() / 1000) + TICKET_SECONDS}.${id}`
  return `ticket.${text}.${mac(`antiphon ${text}`, secret, 'base64url')}`
}

const mac = (text, secret, encoding) => createHmac('sha256', secret).update(text).digest(encoding).replace(/=+$/, '')

/** The text before the last dot, when what follows is its code by one of the secrets. */
function unsign(signed, code, secrets) {
  const at = signed.lastIndexOf('.')
  const [text, given] = [signed.slice(0, at), Buffer.from(signed.slice(at + 1))]
  const isSigned = secrets.some((secret) => {
    const due = Buffer.from(code(text, secret))
    return due.length === given.length && timingSafeEqual(due, given)
  })
  return at > 0 && isSigned ? text : undefined
}
