import { accessFailure } from '../../core/access/failures.ts'
import { refreshToken } from '../../core/access/refresh-token.ts'
import { refreshCookie } from '../../core/sessions/refresh-token.ts'
import { endSessions, findSession } from '../../core/sessions/store.ts'
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
  failures: [accessFailure.missing_dpop_proof, accessFailure.dpop_key_mismatch],

  /** Any token of the session will do, spent ones too: whoever holds it with the key wants out. A session that has ended stays so. */
  async handle({ app, caller, fail }, deps) {
    const outcome = await deps.transact(async (tx) => {
      const session = await findSession(tx, app.id, caller.sessionId, deps.now())
      if (session && session.jkt !== '' && session.jkt !== caller.jkt) return { kind: 'wrong_key' as const }
      await endSessions(tx, deps, app.id, { id: caller.sessionId }, 'logged_out')
      return { kind: 'ended' as const }
    })

    if (outcome.kind === 'wrong_key')
      fail(caller.proof ? accessFailure.dpop_key_mismatch : accessFailure.missing_dpop_proof)
    return { cookies: caller.carrier === 'cookie' ? [refreshCookie(app)] : [] }
  },
})
