import { z } from 'zod'
import { accessToken } from '../../core/access/access-token.ts'
import { accessFailure, scopeChallenge } from '../../core/access/failures.ts'
import { spendScope } from '../../core/grants/spend.ts'
import { passwordRow, placeOfPassword } from '../../core/passwords/credential.ts'
import { passwordFailure } from '../../core/passwords/failures.ts'
import { hashingRetry, hashNewPassword, hashPath } from '../../core/passwords/hashing.ts'
import { passwordConfigs, putPassword } from '../../core/passwords/store.ts'
import { tellPasswordChanged } from '../../core/passwords/tell.ts'
import { putKnownPlace } from '../../core/places/store.ts'
import { endSessions } from '../../core/sessions/end.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { consumeLimit, type Limit } from '../../platform/limits/store.ts'

const SCOPE = 'prld:pwd:write'
/** Each costs a hash, spent scope or not. */
export const RESETS: Limit = { name: 'password_reset', max: 30, windowSeconds: 600 }

type Outcome = 'changed' | 'ended' | 'insufficient_scope'

export const reset = endpoint({
  method: 'POST',
  path: '/v1/session/me/password/reset',
  audience: 'frontend',
  operationId: 'resetPassword',
  tag: 'Password',
  summary: 'Set or change the password, which uses up the scope `prld:pwd:write` and ends the other sessions',
  access: accessToken,
  body: z.object({ password: z.string() }).meta({ id: 'ResetPasswordRequest' }),
  response: noContent,
  failures: [
    universal.bad_request,
    passwordFailure.invalid_password,
    accessFailure.unauthorized,
    accessFailure.insufficient_scope,
    accessFailure.rate_limited,
    universal.overloaded,
  ],

  async handle({ app, caller, body, request, fail }, deps) {
    const config = (await passwordConfigs.find(deps.db, app.id))?.config
    if (!config?.enabled) return fail(universal.bad_request, { message: 'Login by password is not configured.' })
    if (!caller.scopes.includes(SCOPE))
      return fail(accessFailure.insufficient_scope, { headers: scopeChallenge(SCOPE) })
    const { userId, sessionId } = caller
    if (!(await deps.transact((tx) => consumeLimit(tx, app.id, RESETS, userId, deps.now()))))
      return fail(accessFailure.rate_limited, { headers: { 'retry-after': String(RESETS.windowSeconds) } })
    const hashed = await hashNewPassword(deps, config, hashPath(app.id, 'known', request.ip), body.password)
    if (hashed.kind === 'invalid') return fail(passwordFailure.invalid_password, { message: hashed.fault })
    if (hashed.kind === 'overloaded') return fail(universal.overloaded, { headers: hashingRetry })
    const row = passwordRow(deps, app.id, { userId, hash: hashed.hash })

    const outcome = await deps.transact<Outcome>(async (tx) => {
      // Hashing took a while.
      const spending = await spendScope(tx, deps, app.id, caller, SCOPE)
      if (spending !== 'spent') return spending
      await putPassword(tx, row)
      await putKnownPlace(tx, app.id, placeOfPassword(deps, app.id, row.id, request.ip), deps.now())
      await tellPasswordChanged(tx, deps, app.id, userId, 'user')
      await endSessions(tx, deps, app.id, { userId, exceptId: sessionId }, 'password_changed')
      return 'changed'
    })

    if (outcome === 'ended') fail(accessFailure.unauthorized)
    if (outcome === 'insufficient_scope') fail(accessFailure.insufficient_scope, { headers: scopeChallenge(SCOPE) })
    return {}
  },
})
