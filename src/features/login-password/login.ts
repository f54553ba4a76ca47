import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import { issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { loginChallengeResponse } from '../../core/challenges/wire.ts'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { findOwner } from '../../core/identifiers/store.ts'
import { decoyKeyOf } from '../../core/passwords/credential.ts'
import { compareWithHash, hashingRetry, hashPath } from '../../core/passwords/hashing.ts'
import { findDecoy, findPassword, findSignUp, passwordConfigs, swapHash } from '../../core/passwords/store.ts'
import { putKnownPlace } from '../../core/places/store.ts'
import { findUser } from '../../core/users/store.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { AMR, credentials, NOT_CONFIGURED } from './credentials.ts'
import { admitLogin, attemptOf, forgive } from './limits.ts'

const failure = failures({
  password_not_set: ['bad_request', 'This user has no password. Log in another way, then set one.'],
})

export const login = endpoint({
  method: 'POST',
  path: '/v1/session/login/email/password',
  audience: 'frontend',
  operationId: 'loginEmailPassword',
  tag: 'Login Email Password',
  summary: 'Login by e-mail address and password',
  access: open,
  body: credentials.meta({ id: 'LoginEmailPasswordRequest' }),
  response: loginChallengeResponse,
  failures: [
    universal.bad_request,
    identifierFailure.invalid_identifier,
    failure.password_not_set,
    accessFailure.unauthorized,
    accessFailure.rate_limited,
    universal.overloaded,
  ],

  async handle({ app, body, request, fail }, deps) {
    const config = (await passwordConfigs.find(deps.db, app.id))?.config
    if (!config?.enabled) return fail(universal.bad_request, { message: NOT_CONFIGURED })
    const normalised = await normaliseIdentifier({ type: 'email_address', value: body.identifier })
    const { value: email } = normalised ?? fail(identifierFailure.invalid_identifier)
    const { user, password, decoy } = await findCandidate(deps, app.id, email)
    const attempt = await attemptOf(deps, app.id, { email, ip: request.ip, passwordId: password?.id })
    const admission = await deps.transact((tx) => admitLogin(tx, app.id, config, attempt, deps.now()))
    if (admission.kind === 'limited')
      return fail(accessFailure.rate_limited, { headers: { 'retry-after': String(admission.retrySeconds) } })

    const path = hashPath(app.id, attempt.isKnown ? 'known' : 'unknown', request.ip)
    const compared = await compareWithHash(deps, config, path, password?.hash ?? decoy, body.password)
    if (compared.kind === 'overloaded') {
      // Nothing was compared: whoever keeps the server busy must not lock others out besides.
      await deps.transact((tx) => forgive(tx, app.id, admission.counts))
      return fail(universal.overloaded, { headers: hashingRetry })
    }
    const { matches, renewed } = compared.value
    if (user?.status !== 'active') return fail(accessFailure.unauthorized)
    if (!password) return fail(config.reveal_password_not_set ? failure.password_not_set : accessFailure.unauthorized)
    if (!matches) return fail(accessFailure.unauthorized)
    await deps.transact(async (tx) => {
      await forgive(tx, app.id, admission.counts)
      await putKnownPlace(tx, app.id, attempt.place, deps.now())
      if (renewed) await swapHash(tx, app.id, user.id, password.hash, renewed)
    })
    return {
      body: {
        challenge_token: await issueLoginChallenge(deps, app, { userId: user.id, amr: AMR, passwordId: password.id }),
      },
    }
  },
})

/**
 * Whom an address may log in, and the hash to compare with when that is nobody, or somebody without a password: of another user, always the
 * same for the same address, so that strangers take as long as users do, whatever system the hashes come from. Whoever is asked for, the
 * database answers the same questions.
 */
async function findCandidate(deps: Deps, appId: string, email: string) {
  const { db } = deps
  const [owner, signUp] = await Promise.all([
    findOwner(db, appId, { type: 'email_address', value: email }),
    findSignUp(db, appId, email),
  ])
  const userId = owner ?? signUp ?? ''
  const [user, password, decoy] = await Promise.all([
    findUser(db, appId, userId),
    findPassword(db, appId, userId),
    findDecoy(db, appId, decoyKeyOf(deps, appId, email)),
  ])
  return { user, password, decoy }
}
