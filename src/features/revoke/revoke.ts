import { refreshToken } from '../../core/access/refresh-token.ts'
import { endSessions } from '../../core/sessions/end.ts'
import { refreshCookie } from '../../core/sessions/refresh-token.ts'
import { refreshTokenHeaders } from '../../core/sessions/wire.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'

export const revoke = endpoint({
  method: 'POST',
  path: '/v1/session/revoke',
  audience: 'frontend',
  operationId: 'revokeSession',
  tag: 'Session',
  summary: 'Log out: end the session of the presented refresh token',
  access: refreshToken('ignored'),
  response: noContent,
  headers: { 'Set-Cookie': refreshTokenHeaders['Set-Cookie'] },
  failures: [],

  /** Any token of the session will do, spent ones too, and any key: whoever holds it wants out, or should be. RFC 7009 §2.1. */
  async handle({ app, caller }, deps) {
    await deps.transact((tx) => endSessions(tx, deps, app.id, { id: caller.sessionId }, 'logged_out'))
    return { cookies: caller.carrier === 'cookie' ? [refreshCookie(app)] : [] }
  },
})
