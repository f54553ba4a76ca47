import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import type { Application } from '../../core/applications/application.ts'
import { issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { loginChallengeResponse } from '../../core/challenges/wire.ts'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import type { PasswordConfig } from '../../core/passwords/config.ts'
import { hashingRetry, hashPath } from '../../core/passwords/hashing.ts'
import { decideLogin } from '../../core/passwords/holders.ts'
import { passwordConfigs } from '../../core/passwords/store.ts'
import { findEnforcedConnection } from '../../core/saml-connections/resolve.ts'
import { carryVerificationToken } from '../../core/verifications/carrier.ts'
import { verificationFailure } from '../../core/verifications/failures.ts'
import { CODE_WINDOW_SECONDS } from '../../core/verifications/limits.ts'
import { findEnforcedFor } from '../../core/ways-in/enforcement.ts'
import { waysInFailure } from '../../core/ways-in/failures.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { comparePassword, findCandidates } from './compare.ts'
import { countCompared } from './counts.ts'
import { AMR, credentials, NOT_CONFIGURED } from './credentials.ts'
import type { Credentials } from './hook.ts'
import { askLegacy, type LegacyLogin } from './legacy.ts'
import { admitLogin, attemptOf, forgive } from './limits.ts'
import { startProof } from './prove.ts'
import { noteRight } from './right.ts'

const failure = failures({
  password_not_set: ['bad_request', 'This user has no password. Log in another way, then set one.'],
})

const ENTER_CODE = 'The password is right, and nobody has proven this address yet. Enter the code that was sent to it.'

export const login = endpoint({
  method: 'POST',
  path: '/v1/session/login/email/password',
  audience: 'frontend',
  operationId: 'loginEmailPassword',
  signIn: 'password',
  tag: 'Login Email Password',
  summary: 'Login by e-mail address and password',
  access: open,
  body: credentials.meta({ id: 'LoginEmailPasswordRequest' }),
  response: loginChallengeResponse,
  failures: [
    universal.bad_request,
    identifierFailure.invalid_identifier,
    failure.password_not_set,
    waysInFailure.saml_login_required,
    verificationFailure.no_login_config,
    accessFailure.unauthorized,
    accessFailure.forbidden,
    accessFailure.rate_limited,
    universal.internal,
    universal.overloaded,
  ],

  async handle({ app, body, request, fail }, deps) {
    const config = (await passwordConfigs.find(deps.db, app.id))?.config
    if (!config?.enabled) return fail(universal.bad_request, { message: NOT_CONFIGURED })
    const normalised = await normaliseIdentifier({ type: 'email_address', value: body.identifier })
    const identifier = normalised ?? fail(identifierFailure.invalid_identifier)
    if (await findEnforcedConnection(deps.db, app.id, identifier)) return fail(waysInFailure.saml_login_required)
    const { value: email } = identifier

    const outcome = await tryPassword(deps, app, request, config, { email, password: body.password })
    const isRight = outcome.kind === 'log_in' || outcome.kind === 'prove'
    // Who has a home address besides. Told to whoever knows the password alone.
    if (isRight && (await findEnforcedFor(deps.db, app.id, outcome.userId)))
      return fail(waysInFailure.saml_login_required)
    switch (outcome.kind) {
      case 'log_in': {
        const { userId, passwordId } = outcome
        return { body: { challenge_token: await issueLoginChallenge(deps, app, { userId, amr: AMR, passwordId }) } }
      }
      case 'prove': {
        const proof = await startProof(deps, app, request, email, outcome)
        if (proof.kind === 'no_login_config') return fail(verificationFailure.no_login_config)
        if (proof.kind !== 'sent') return fail(accessFailure.rate_limited, retryAfter(CODE_WINDOW_SECONDS))
        const carried = carryVerificationToken(app, proof.token)
        return fail(accessFailure.forbidden, { message: ENTER_CODE, ...carried })
      }
      case 'limited':
        return fail(accessFailure.rate_limited, retryAfter(outcome.retrySeconds))
      case 'overloaded':
        return fail(universal.overloaded, { headers: hashingRetry })
      case 'unclear':
        return fail(universal.internal)
      case 'not_set':
        return fail(config.reveal_password_not_set ? failure.password_not_set : accessFailure.unauthorized)
      case 'refused':
        return fail(accessFailure.unauthorized)
    }
  },
})

const retryAfter = (seconds: number) => ({ headers: { 'retry-after': String(seconds) } })

type Tried = LegacyLogin | { kind: 'limited'; retrySeconds: number } | { kind: 'not_set' }

/** Try a password: with those that are kept here and, when none matches, with the legacy system that knows its users' alone. */
async function tryPassword(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  config: PasswordConfig,
  { email, password }: Credentials,
): Promise<Tried> {
  const candidates = await findCandidates(deps, app.id, email)
  const { holders, compared } = candidates
  const attempt = await attemptOf(deps, app.id, { email, ip: request.ip, passwordId: compared[0]?.password.id })
  const admission = await deps.transact((tx) => admitLogin(tx, app.id, config, attempt, deps.now()))
  if (admission.kind === 'limited') return admission
  // Nothing was compared, or it was not for the password: whoever keeps the server busy must not lock others out besides.
  const pardon = () => deps.transact((tx) => forgive(tx, app.id, admission.counts))

  const path = hashPath(app.id, attempt.isKnown ? 'known' : 'unknown', request.ip)
  const match = await comparePassword(deps, app.id, config, path, candidates, password)
  if (match.kind !== 'compared') {
    await pardon()
    return { kind: match.kind === 'overloaded' ? 'overloaded' : 'unclear' }
  }
  countCompared(deps, app.id, compared, match.holder)
  const { holder, renewed } = match
  const decided = decideLogin(holder)
  if (holder && decided.kind !== 'refuse') {
    const { id, hash } = holder.password
    await noteRight(deps, app.id, { admission, ip: request.ip, userId: holder.userId, passwordId: id, hash, renewed })
    return { ...decided, passwordId: id }
  }
  const legacy = await askLegacy(deps, app, request, { config, path, holders, email, password })
  if (legacy.kind === 'overloaded') await pardon()
  if (legacy.kind === 'log_in' || legacy.kind === 'prove')
    await noteRight(deps, app.id, { admission, ip: request.ip, ...legacy })
  const lacksPassword = holders.some(({ isOwner, status, password }) => isOwner && status === 'active' && !password)
  return legacy.kind === 'refused' && lacksPassword ? { kind: 'not_set' } : legacy
}
