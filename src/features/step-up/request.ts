import { z } from 'zod'
import { type AccessTokenCaller, accessToken } from '../../core/access/access-token.ts'
import { accessFailure } from '../../core/access/failures.ts'
import type { Application } from '../../core/applications/application.ts'
import type { StepUp } from '../../core/challenges/challenge-token.ts'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import type { IdentifierType } from '../../core/identifiers/tables.ts'
import { passkeyFailure } from '../../core/passkeys/failures.ts'
import { scopeName } from '../../core/scopes/scope.ts'
import { answerStep, stepMembers } from '../../core/step-up/answer.ts'
import { grantWhenCompleted } from '../../core/step-up/grant.ts'
import { chooseEntry, decideOpening, hasPasskeyStep, type OpenSteps } from '../../core/step-up/opening.ts'
import { findPasskeyStanding } from '../../core/step-up/passkey-step.ts'
import { findStanding, typesOf } from '../../core/step-up/standing.ts'
import { stepUpConfigs } from '../../core/step-up/store.ts'
import type { Terms } from '../../core/step-up/terms.ts'
import { findOtpConfig } from '../../core/verifications/configs.ts'
import { verificationFailure } from '../../core/verifications/failures.ts'
import { channelOf } from '../../core/verifications/verification.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import { stepUpFailure } from './failures.ts'
import { readMetadata } from './metadata.ts'
import { findOffer, type Offer, recordHookFailure } from './offer.ts'

const BUSY_SECONDS = 1

const refusals = {
  invalid_identifier: identifierFailure.invalid_identifier,
  identifier_already_exists: identifierFailure.identifier_already_exists,
  no_login_config: verificationFailure.no_login_config,
  hook_failed: universal.internal,
  passkey_not_configured: passkeyFailure.passkey_not_configured,
  passkey_step_unavailable: passkeyFailure.passkey_step_unavailable,
} as const

export const request = endpoint({
  method: 'POST',
  path: '/v1/session/stepup/request',
  audience: 'frontend',
  operationId: 'stepUpRequestScope',
  tag: 'Step-Up',
  summary: 'Ask for a scope: it is granted at once, after the steps of a challenge, or not at all',
  access: accessToken,
  body: z
    .object({
      scope: scopeName,
      metadata: z
        .unknown()
        .optional()
        .meta({
          type: 'object',
          additionalProperties: { type: 'string' },
          description:
            'At most 5 pairs; keys of at most 12 characters, values of at most 32. Scopes that register an identifier take it as `identifier`, of at most 320.',
        }),
      dispatch_id: z
        .string()
        .max(64)
        .optional()
        .meta({ description: 'The identifier of the dispatch from the front-end SDK.' }),
    })
    .meta({ id: 'StepUpGrantScopeRequest' }),
  response: z
    .object({
      status: z.enum(['continue', 'review', 'block']).meta({
        description: '`continue`: granted. `review`: complete the challenge first. `block`: refused.',
      }),
      ...stepMembers,
      challenge_token: z.string().optional().meta({ description: 'Absent when the scope is refused.' }),
    })
    .meta({ id: 'StepUpGrantScopeResponse' }),
  failures: [
    universal.bad_request,
    universal.overloaded,
    accessFailure.unauthorized,
    accessFailure.rate_limited,
    stepUpFailure.invalid_metadata,
    stepUpFailure.not_configured,
    stepUpFailure.scope_not_allowed,
    stepUpFailure.direct_scope_identifier_mismatch,
    ...Object.values(refusals),
  ],

  async handle({ app, caller, body, request, fail }, deps) {
    const { scope } = body
    const metadata = readMetadata(body.metadata)
    if (!metadata) return fail(stepUpFailure.invalid_metadata)
    const config = (await stepUpConfigs.find(deps.db, app.id))?.config
    if (!config) return fail(stepUpFailure.not_configured)
    const { userId, authTime } = caller
    const proven = await findStanding(deps.db, app, { userId, authTime, scope }, deps.now())
    const choice = chooseEntry(config, scope, typesOf(proven))
    if (choice.kind === 'scope_not_allowed') return fail(stepUpFailure.scope_not_allowed)
    if (choice.kind === 'identifier_mismatch') return fail(stepUpFailure.direct_scope_identifier_mismatch)

    const asked = { scope, userId, metadata, proven }
    const offer = await findOffer(deps, app, request, config, choice.entry, asked)
    if (offer.kind === 'limited') return fail(accessFailure.rate_limited, retryAfter(offer.retryAfterSeconds))
    if (offer.kind === 'busy') return fail(universal.overloaded, retryAfter(BUSY_SECONDS))
    if (offer.kind !== 'terms') return fail(refusals[offer.kind])

    const web = isWeb(request)
    const reachable = web ? [] : await listReachable(deps, app, offer.types)
    const passkey = await passkeyFor(deps, app, offer.terms, { sub: userId, scope_requested: scope })
    const opening = decideOpening(offer.terms, { proven: offer.types, reachable, passkey, web })
    if (opening.kind === 'blocked') return { body: { status: 'block' as const } }
    if (opening.kind === 'impossible') {
      if (choice.entry.mode === 'direct') return fail(stepUpFailure.direct_scope_identifier_mismatch)
      await recordHookFailure(deps, app.id, asked, 'invalid_step')
      return fail(universal.internal)
    }
    if (opening.kind !== 'opened') return fail(refusals[opening.kind])
    const stepUp = newStepUp(deps, caller, scope, offer, opening.steps)
    if (!(await deps.transact((tx) => grantWhenCompleted(tx, deps, app, stepUp))))
      return fail(accessFailure.unauthorized)
    return { body: { status: opening.status, ...(await answerStep(deps, app, stepUp, deps.now())) } }
  },
})

/** A step-up at its beginning. */
function newStepUp(
  deps: Deps,
  { userId, sessionId }: AccessTokenCaller,
  scope: string,
  { terms, metadata }: Extract<Offer, { kind: 'terms' }>,
  steps: OpenSteps,
): StepUp {
  return {
    jti: newId('cht', deps),
    sub: userId,
    sid: sessionId,
    challenge_id: newId('chl', deps),
    scope_requested: scope,
    grant_mode: terms.grant_mode,
    granted_for: terms.granted_for,
    steps,
    ...(Object.keys(metadata).length > 0 && { metadata }),
  }
}

/** Nobody's passkeys are looked for where no step takes one. */
const passkeyFor = async (
  deps: Deps,
  app: Application,
  { steps }: Terms,
  asked: Parameters<typeof findPasskeyStanding>[2],
) => (hasPasskeyStep(steps) ? await findPasskeyStanding(deps, app, asked) : 'usable')

const retryAfter = (seconds: number) => ({ headers: { 'retry-after': String(seconds) } })

/** Whether the client is a web SDK, as it says itself: a hint what it can take, and no proof of anything. */
const isWeb = ({ headers }: HttpRequest) => String(headers['x-sdk-user-agent'] ?? '').endsWith('(Web)')

/** Those of some types of identifiers that codes can be sent to. */
async function listReachable(deps: Deps, app: Application, types: readonly IdentifierType[]) {
  const reachable: IdentifierType[] = []
  for (const type of types) if (await findOtpConfig(deps.db, app, channelOf(type))) reachable.push(type)
  return reachable
}
