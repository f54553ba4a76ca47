import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { type HttpRequest, Refused } from '../../platform/endpoint.ts'
import type { Application } from '../applications/application.ts'
import type { StepUpClaims } from '../challenges/challenge-claims.ts'
import { findConsumedChallenge } from '../challenges/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { findOwner } from '../identifiers/store/holders.ts'
import { noteProof } from '../identifiers/store.ts'
import type { IdentifierType } from '../identifiers/tables.ts'
import { findLiveSession } from '../sessions/store.ts'
import { insertBelongings } from '../users/create.ts'
import { findUserForUpdate } from '../users/store.ts'
import { admitCode } from '../verifications/admission.ts'
import { checkVerification, noteEntered } from '../verifications/check.ts'
import { findOtpConfig } from '../verifications/configs.ts'
import { localeFor } from '../verifications/locale.ts'
import { channelOf, startVerification } from '../verifications/verification.ts'
import { type AdvanceOutcome, advance } from './advance.ts'
import { answerStep, type StepAnswer } from './answer.ts'
import { grantWhenCompleted } from './grant.ts'
import { verifyHolder } from './holder.ts'
import { registrationOf } from './opening.ts'
import { findStanding } from './standing.ts'
import { identifierTypeOf } from './terms.ts'

export type StepStart =
  | { kind: 'started'; token: string }
  | { kind: 'reused' | 'ended' | 'step_not_found' | 'no_login_config' | 'limited' }

/** Send the code that the current step of a step-up asks for. */
export async function startStep(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  claims: StepUpClaims,
): Promise<StepStart> {
  const type = identifierTypeOf(claims.current_step)
  if (!type) return { kind: 'step_not_found' }
  const session = await findLiveSession(deps.db, app.id, claims.sid, deps.now())
  if (!session) return { kind: 'ended' }
  if (await findConsumedChallenge(deps.db, app.id, claims.jti)) return { kind: 'reused' }
  const identifier = registrationOf(claims) ?? (await findProven(deps, app, claims, session.auth_time, type))
  if (!identifier) return { kind: 'step_not_found' }
  const channel = channelOf(type)
  const config = await findOtpConfig(deps.db, app, channel)
  if (!config) return { kind: 'no_login_config' }
  const locale = await localeFor(deps.db, app.id, request, { channel, template: config.template })

  return await deps.transact<StepStart>(async (tx) => {
    const asked = { identifier, ip: request.ip, codeSize: config.codeSize }
    const admission = await admitCode(tx, deps, app, asked)
    if (admission.kind === 'limited') return { kind: 'limited' }
    const started = await startVerification(tx, deps, app.id, {
      identifier,
      codeSize: config.codeSize,
      template: config.template,
      sender: config.sender,
      locale,
      grantedScopes: [],
      codeChallenge: undefined,
      silence: admission.silence,
      takings: admission.takings,
      challengeJti: claims.jti,
      expiresBy: claims.exp * 1000,
    })
    return started.kind === 'spent' ? { kind: 'limited' } : started
  })
}

/** The identifier of a type by which the user may prove who they are; the oldest of several. */
async function findProven(
  deps: Deps,
  app: Application,
  { sub: userId, scope_requested: scope }: StepUpClaims,
  authTime: number,
  type: IdentifierType,
) {
  const standing = await findStanding(deps.db, app, { userId, authTime, scope }, deps.now())
  return standing.find((one) => one.type === type)
}

export type StepCheck =
  | { kind: 'advanced'; answer: StepAnswer }
  | { kind: 'wrong' | 'reused' | 'ended' | 'step_not_found' | 'identifier_taken' | 'limited' }
  /** The proof is missing, invalid or by another key. */
  | { kind: 'refused'; refused: Refused }

/** Try the code of a step. `wrong` stands for an expired code too. */
export async function checkStep(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  { claims, code }: { claims: StepUpClaims; code: string },
): Promise<StepCheck> {
  if (!identifierTypeOf(claims.current_step)) return { kind: 'step_not_found' }
  const holder = await verifyHolder(deps, app, request, claims)
  if (holder.kind === 'refused') return { kind: 'refused', refused: new Refused(holder.failure) }
  if (holder.kind === 'ended') return { kind: 'ended' }

  const attempt = { claims, jkt: holder.jkt, code, ip: request.ip }
  const outcome = await deps.transact((tx) => tryCode(tx, deps, app, attempt))
  if (!('stepUp' in outcome)) return outcome
  return { kind: 'advanced', answer: await answerStep(deps, app, outcome.stepUp, outcome.issuedAt) }
}

interface Attempt {
  readonly claims: StepUpClaims
  readonly jkt: string
  readonly code: string
  readonly ip: string
}

type AttemptOutcome = AdvanceOutcome | { kind: 'wrong' | 'limited' | 'ended' | 'identifier_taken' }

/** A right code uses up the challenge and attaches what the step-up registers, or does nothing at all. */
async function tryCode(tx: Tx, deps: Deps, app: Application, { claims, jkt, code, ip }: Attempt) {
  const outcome = (one: AttemptOutcome) => one
  const checked = await checkVerification(tx, deps, app, { challengeJti: claims.jti }, { code, ip })
  if (checked.kind === 'limited') return outcome({ kind: 'limited' })
  if (checked.kind !== 'verified' && checked.kind !== 'reused') return outcome({ kind: 'wrong' })
  const registration = registrationOf(claims)
  // What was taken from the user since the code left proves nothing of them.
  const owner = registration ? claims.sub : await findOwner(tx, app.id, checked.verification)
  if (owner !== claims.sub) return outcome({ kind: 'wrong' })
  const advanced = await advance(tx, deps, app.id, claims, jkt)
  if (advanced.kind !== 'advanced') return outcome(advanced)
  const attached = registration ? await attach(tx, deps, app.id, claims, registration) : 'attached'
  if (attached !== 'attached') return undo(outcome({ kind: attached }))
  if (!(await grantWhenCompleted(tx, deps, app, advanced.stepUp))) return undo(outcome({ kind: 'ended' }))
  // Last: whoever else notes a proof holds the user before.
  if (!registration) await noteProof(tx, app.id, claims.sub, checked.verification, deps.now())
  if (checked.kind === 'verified') await noteEntered(tx, deps, app.id, checked.verification, ip)
  return outcome(advanced)
}

/** Give a user the identifier that they have just proven to hold. Nobody else claims it any more. */
async function attach(tx: Tx, deps: Deps, appId: string, { sub: userId, sid }: StepUpClaims, identifier: Identifier) {
  if (!(await findUserForUpdate(tx, appId, userId))) return 'ended'
  // Only now: whoever proved an address of this user a moment ago has ended the session.
  if (!(await findLiveSession(tx, appId, sid, deps.now()))) return 'ended'
  const person = { id: userId, identifiers: [{ ...identifier, verified: true }] }
  return (await insertBelongings(tx, deps, appId, person)) ? 'attached' : 'identifier_taken'
}
