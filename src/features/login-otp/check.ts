import type { Application } from '../../core/applications/application.ts'
import { findRepeat, spend } from '../../core/challenges/spend.ts'
import type { Identifier } from '../../core/identifiers/identifier.ts'
import { describeDevice } from '../../core/sessions/device.ts'
import { newSession } from '../../core/sessions/start.ts'
import type { LiveSession } from '../../core/sessions/store.ts'
import { checkVerification, noteEntered } from '../../core/verifications/check.ts'
import { admitTryOfNothing } from '../../core/verifications/guesses.ts'
import { silenceVerification } from '../../core/verifications/store.ts'
import type { VerificationRow } from '../../core/verifications/tables.ts'
import { type Tx, type Undo, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { holdIdentifier } from './hold.ts'

/** A code as it was tried, with the tokens of the client's verifications, the youngest first. */
export interface Attempt {
  readonly tokens: readonly string[]
  readonly code: string
}

/** Somebody else changed the same people meanwhile: nothing may be kept. */
type Raced = { kind: 'raced' }

type Proven =
  | { kind: 'verified'; userId: string; verification: VerificationRow }
  | { kind: 'reused'; verification: VerificationRow }
  | { kind: 'wrong' | 'unjudged' | 'ended' | 'limited' }
  | Raced

/** Try a code and, when it is right, find whom it logs in. */
async function prove(
  tx: Tx,
  deps: Deps,
  app: Application,
  { ip }: HttpRequest,
  { tokens, code }: Attempt,
): Promise<Proven> {
  const checked = await checkVerification(tx, deps, app, { tokens }, { code, ip })
  if (checked.kind !== 'verified') return checked
  const { verification } = checked
  const { type, value } = verification
  const held = await holdIdentifier(tx, deps, app, { type, value })
  if (held.kind === 'raced') return { kind: 'raced' }
  if (held.kind === 'refused') {
    await silenceVerification(tx, app.id, verification.id)
    return { kind: 'wrong' }
  }
  await noteEntered(tx, deps, app.id, verification, ip)
  return { kind: 'verified', userId: held.userId, verification }
}

const ROUNDS = 10

/** Whoever loses a race looks again and finds what the winner left. */
async function settle<R extends { kind: string }>(
  deps: Deps,
  work: (tx: Tx) => Promise<R | Raced | Undo<R>>,
): Promise<R> {
  for (let round = 0; round < ROUNDS; round++) {
    const outcome = await deps.transact<R | Raced>(async (tx) => {
      const result = await work(tx)
      return isRaced(result) ? undo(result) : result
    })
    if (!isRaced(outcome)) return outcome
  }
  throw new Error('a login by code kept losing its races')
}

const isRaced = (result: object): result is Raced => 'kind' in result && result.kind === 'raced'

/** What a right code proves: who, how, and for what. */
export interface Proof {
  readonly userId: string
  readonly amr: readonly string[]
  readonly identifier: Identifier
  readonly codeChallenge: string | undefined
  readonly grantedScopes: readonly string[]
}

/** RFC 8176 §2. */
const amrOf = ({ type }: VerificationRow) => (type === 'phone_number' ? ['otp', 'sms'] : ['otp'])

const scopesOf = ({ granted_scopes }: VerificationRow): string[] => JSON.parse(granted_scopes)

/** What did not win. */
type Failed = { kind: 'wrong' | 'reused' | 'ended' | 'limited' }

/** What nobody judged is no guess, and counts apart; it looks like a wrong code. */
function lookAlike(deps: Deps, app: Application, { ip }: HttpRequest, kind: Failed['kind'] | 'unjudged'): Failed {
  const isNothing = kind === 'unjudged' || kind === 'ended'
  if (isNothing && !admitTryOfNothing(deps, app.id, ip)) return { kind: 'limited' }
  return { kind: kind === 'unjudged' ? 'wrong' : kind }
}

export type CheckOutcome = { kind: 'proven'; proof: Proof } | Failed

/** Try a code for a challenge token. */
export async function checkForChallenge(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  attempt: Attempt,
): Promise<CheckOutcome> {
  const proven = await settle<Exclude<Proven, Raced>>(deps, (tx) => prove(tx, deps, app, request, attempt))
  if (proven.kind !== 'verified') return lookAlike(deps, app, request, proven.kind)
  const { userId, verification } = proven
  const codeChallenge = verification.code_challenge ?? undefined
  const grantedScopes = scopesOf(verification)
  const { type, value } = verification
  const proof = { userId, amr: amrOf(verification), identifier: { type, value }, codeChallenge, grantedScopes }
  return { kind: 'proven', proof }
}

type Opened = { kind: 'started' | 'repeated'; session: LiveSession }
export type SessionOutcome = Opened | Failed

/** Who opens a session by code: the thumbprint of the client's key, empty without one, and the session it had until now. */
export interface Opener {
  readonly jkt: string
  readonly previousId: string | undefined
}

/** Try a code for a session. The client that lost the answer gets that session again. */
export async function checkForSession(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  attempt: Attempt,
  opener: Opener,
): Promise<SessionOutcome> {
  const outcome = await settle<Tried>(deps, async (tx) => {
    const proven = await prove(tx, deps, app, request, attempt)
    if (proven.kind === 'reused') return await repeat(tx, deps, app, proven.verification, opener)
    if (proven.kind !== 'verified') return proven
    // Whoever asked for a code verifier gets a challenge token, and nothing without the verifier.
    if (proven.verification.code_challenge !== null) return undo<Tried>({ kind: 'ended' })
    return await open(tx, deps, app, request, proven, opener)
  })
  return 'session' in outcome ? outcome : lookAlike(deps, app, request, outcome.kind)
}

type Tried = SessionOutcome | { kind: 'unjudged' }

/** Nobody but the client that started the verification has its token: with it and the right code it is the same client. */
const SAME_CLIENT = { provesTheSame: true }

async function repeat(tx: Tx, deps: Deps, app: Application, { id }: VerificationRow, { jkt }: Opener) {
  const session = await findRepeat(tx, deps, app.id, id, { jkt, ...SAME_CLIENT })
  return session ? ({ kind: 'repeated', session } as const) : ({ kind: 'reused' } as const)
}

async function open(
  tx: Tx,
  deps: Deps,
  app: Application,
  request: HttpRequest,
  { userId, verification }: Extract<Proven, { kind: 'verified' }>,
  { jkt, previousId }: Opener,
): Promise<Opened | { kind: 'reused' } | Raced> {
  const device = describeDevice(app, request)
  const amr = amrOf(verification)
  const spent = await spend(tx, deps, app, {
    jti: verification.id,
    expiresAt: verification.expires_at,
    session: newSession(deps, app, { userId, jkt, amr, authTime: deps.now(), device }),
    grantedScopes: scopesOf(verification),
    identifier: { type: verification.type, value: verification.value },
    previousId,
    ...SAME_CLIENT,
  })
  // Blocked a moment ago: the next look sees it.
  return spent.kind === 'refused' ? { kind: 'raced' } : spent
}
