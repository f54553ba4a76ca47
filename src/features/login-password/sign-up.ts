import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import { issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { REPEAT_MS } from '../../core/challenges/finalization.ts'
import { loginChallengeResponse } from '../../core/challenges/wire.ts'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import { type Identifier, normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { findOwner } from '../../core/identifiers/store/holders.ts'
import type { PasswordConfig } from '../../core/passwords/config.ts'
import { passwordRow } from '../../core/passwords/credential.ts'
import { passwordFailure } from '../../core/passwords/failures.ts'
import { compareWithHash, hashingRetry, hashNewPassword, hashPath } from '../../core/passwords/hashing.ts'
import { findPassword, findSignUp, insertPassword, passwordConfigs, releaseSignUp } from '../../core/passwords/store.ts'
import type { PasswordRow } from '../../core/passwords/tables.ts'
import { findEnforcedConnection } from '../../core/saml-connections/resolve.ts'
import { createUser } from '../../core/users/create.ts'
import { waysInFailure } from '../../core/ways-in/failures.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import { AMR, credentials, NOT_CONFIGURED } from './credentials.ts'
import { admitLogin, admitSignUp, attemptOf, forgive } from './limits.ts'

export const signUp = endpoint({
  method: 'POST',
  path: '/v1/session/login/email/sign-up',
  audience: 'frontend',
  operationId: 'signUpEmailPassword',
  signIn: 'sign_up',
  tag: 'Login Email Password',
  summary: 'Sign up by e-mail address and password, where the application lets anybody. The address stays unproven',
  access: open,
  body: credentials.meta({ id: 'SignUpEmailPasswordRequest' }),
  response: loginChallengeResponse,
  failures: [
    universal.bad_request,
    identifierFailure.invalid_identifier,
    passwordFailure.invalid_password,
    accessFailure.forbidden,
    waysInFailure.saml_login_required,
    identifierFailure.identifier_already_exists,
    accessFailure.rate_limited,
    universal.overloaded,
  ],

  async handle({ app, body, request, fail }, deps) {
    const config = (await passwordConfigs.find(deps.db, app.id))?.config
    if (!config?.enabled) return fail(universal.bad_request, { message: NOT_CONFIGURED })
    if (!config.sign_up_enabled) return fail(accessFailure.forbidden, { message: 'Nobody can sign up by themselves.' })
    const normalised = await normaliseIdentifier({ type: 'email_address', value: body.identifier })
    const identifier = normalised ?? fail(identifierFailure.invalid_identifier)
    if (await findEnforcedConnection(deps.db, app.id, identifier)) return fail(waysInFailure.saml_login_required)
    const admission = await deps.transact((tx) => admitSignUp(tx, app.id, config, request.ip, deps.now()))
    if (admission.kind === 'limited')
      return fail(accessFailure.rate_limited, { headers: { 'retry-after': String(admission.retrySeconds) } })
    const hashed = await hashNewPassword(deps, config, hashPath(app.id, 'unknown', request.ip), body.password)
    if (hashed.kind === 'invalid') return fail(passwordFailure.invalid_password, { message: hashed.fault })
    if (hashed.kind === 'overloaded') return fail(universal.overloaded, { headers: hashingRetry })
    const userId = newId('usr', deps)
    const row = passwordRow(deps, app.id, { userId, hash: hashed.hash, unprovenEmail: identifier.value })

    const created = await deps.transact((tx) => createSignUp(tx, deps, identifier, row))

    const signedUp = created
      ? row
      : await findRepeated(deps, app.id, config, identifier.value, request.ip, body.password)
    const { user_id, id } = signedUp ?? fail(identifierFailure.identifier_already_exists)
    const proof = { userId: user_id, amr: AMR, passwordId: id }
    return { body: { challenge_token: await issueLoginChallenge(deps, app, proof) } }
  },
})

/** Create a user with a password and an address that nobody has proven. False when the address is somebody's, proven or by an earlier sign-up. */
async function createSignUp(tx: Tx, deps: Deps, identifier: Identifier, row: PasswordRow) {
  const { app_id: appId, user_id: id } = row
  if (await findOwner(tx, appId, identifier)) return false
  await releaseSignUp(tx, appId, identifier.value)
  if (!(await insertPassword(tx, row))) return false
  const identifiers = [{ ...identifier, verified: false }]
  const created = await createUser(tx, deps, appId, { id, identifiers, migrated: false, source: 'sign_up' })
  return created === 'created' ? true : undo(false)
}

/** The sign-up of a moment ago with the same address and password: SDKs send again what they got no answer to. */
async function findRepeated(
  deps: Deps,
  appId: string,
  config: PasswordConfig,
  email: string,
  ip: string,
  password: string,
) {
  const userId = (await findSignUp(deps.db, appId, email)) ?? ''
  const known = await findPassword(deps.db, appId, userId)
  if (!known || deps.now() - known.updated_at >= REPEAT_MS) return undefined
  const attempt = await attemptOf(deps, appId, { email, ip, passwordId: known.id })
  // Counted like a login, for it tells as much of the password.
  const admission = await deps.transact((tx) => admitLogin(tx, appId, config, attempt, deps.now()))
  if (admission.kind === 'limited') return undefined
  const compared = await compareWithHash(deps, appId, config, hashPath(appId, 'unknown', ip), known.hash, password)
  const matches = compared.kind === 'done' && compared.value.matches
  if (matches || compared.kind === 'overloaded') await deps.transact((tx) => forgive(tx, appId, admission.counts))
  return matches ? { user_id: userId, id: known.id } : undefined
}
