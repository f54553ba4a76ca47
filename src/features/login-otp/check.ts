import type { Application } from '../../core/applications/application.ts'
import { issueLinkedLogin, issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { findRepeat, spend } from '../../core/challenges/spend.ts'
import { judgeLink } from '../../core/federation/link.ts'
import type { Identifier } from '../../core/identifiers/identifier.ts'
import { describeDevice } from '../../core/sessions/device.ts'
import { newSession } from '../../core/sessions/start.ts'
import type { LiveSession } from '../../core/sessions/store.ts'
import { type Raced, settle } from '../../core/users/settle.ts'
import { checkVerification, noteEntered, type TriedBy } from '../../core/verifications/check.ts'
import { admitTryOfNothing } from '../../core/verifications/guesses.ts'
import { readPasswordLogin } from '../../core/verifications/password-login.ts'
import { silenceVerification } from '../../core/verifications/store.ts'
import type { VerificationRow } from '../../core/verifications/tables.ts'
import { findEnforcedBy, findEnforcedFor } from '../../core/ways-in/enforcement.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { holdByPassword } from './by-password.ts'
import { holdIdentifier } from './hold.ts'
import { readLink } from './link.ts'

/** A code as it was tried, and against what. */
export interface Attempt {
  readonly by: TriedBy
  readonly code: string
}

/** Whoever links an account at a provider has proven the address of another user. */
type Taken = { kind: 'identifier_taken' }
/** Whoever has entered the code must come by their company's own connection by now. */
type Enforced = { kind: 'saml_login_required' }

type Proven =
  | { kind: 'verified'; userId: string; verification: VerificationRow }
  /** The address of an account at a provider, which is nobody's before the login is finalized. */
  | { kind: 'linked'; verification: VerificationRow }
  | { kind: 'reused'; verification: VerificationRow }
  | { kind: 'wrong' | 'unjudged' | 'ended' | 'limited' }
  | Taken
  | Enforced
  | Raced

/** Try a code and, when it is right, find whom it logs in. */
async function prove(
  tx: Tx,
  deps: Deps,
  app: Application,
  { ip }: HttpRequest,
  { by, code }: Attempt,
): Promise<Proven> {
  const checked = await checkVerification(tx, deps, app, by, { code, ip })
  if (checked.kind !== 'verified') return checked
  const { verification } = checked
  const held = await holdProven(tx, deps, app, verification)
  if (held.kind === 'raced' || held.kind === 'identifier_taken' || held.kind === 'saml_login_required') return held
  if (held.kind === 'refused') {
    await silenceVerification(tx, app.id, verification.id)
    return { kind: 'wrong' }
  }
  await noteEntered(tx, deps, app.id, verification, ip)
  return { ...held, verification }
}

/** Whom a right code logs in. Only now it is asked who has the address of an account at a provider: before, it would tell strangers. */
async function holdProven(tx: Tx, deps: Deps, app: Application, verification: VerificationRow) {
  const { type, value, link } = verification
  const login = readPasswordLogin(verification)
  if (link === null || login) {
    const identifier = { type, value }
    if (await isEnforced(tx, app.id, identifier, login?.userId)) return { kind: 'saml_login_required' } as const
    const held = login
      ? await holdByPassword(tx, deps, app.id, identifier, login)
      : await holdIdentifier(tx, deps, app, identifier)
    return held.kind === 'held' ? ({ kind: 'verified', userId: held.userId } as const) : held
  }
  const judged = await judgeLink(tx, app, readLink(verification).link)
  if (judged === 'taken') return { kind: 'identifier_taken' } as const
  if (judged === 'enforced') return { kind: 'saml_login_required' } as const
  return judged === 'fine' ? ({ kind: 'linked' } as const) : ({ kind: 'refused' } as const)
}

/** Asked with the right code: earlier, it would tell strangers whose phone number a company's person has. */
async function isEnforced(tx: Tx, appId: string, identifier: Identifier, userId: string | undefined): Promise<boolean> {
  if (await findEnforcedBy(tx, appId, identifier)) return true
  return userId !== undefined && (await findEnforcedFor(tx, appId, userId)) !== undefined
}

/** RFC 8176 §2. */
const amrOf = (row: VerificationRow) => [
  ...(readPasswordLogin(row) ? ['pwd'] : []),
  ...(row.type === 'phone_number' ? ['otp', 'sms'] : ['otp']),
]

const scopesOf = ({ granted_scopes }: VerificationRow): string[] => JSON.parse(granted_scopes)

/** What did not win. */
type Failed = { kind: 'wrong' | 'reused' | 'ended' | 'limited' }

/** What nobody judged is no guess, and counts apart; it looks like a wrong code. */
function lookAlike(deps: Deps, app: Application, { ip }: HttpRequest, kind: Failed['kind'] | 'unjudged'): Failed {
  const isNothing = kind === 'unjudged' || kind === 'ended'
  if (isNothing && !admitTryOfNothing(deps, app.id, ip)) return { kind: 'limited' }
  return { kind: kind === 'unjudged' ? 'wrong' : kind }
}

export type CheckOutcome = { kind: 'proven'; challengeToken: string } | Failed | Taken | Enforced

/** Try a code for a challenge token. */
export async function checkForChallenge(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  attempt: Attempt,
): Promise<CheckOutcome> {
  const proven = await settle<Exclude<Proven, Raced>>(deps, (tx) => prove(tx, deps, app, request, attempt))
  if (proven.kind === 'identifier_taken' || proven.kind === 'saml_login_required') return proven
  if (proven.kind !== 'verified' && proven.kind !== 'linked') return lookAlike(deps, app, request, proven.kind)
  return { kind: 'proven', challengeToken: await tokenOf(deps, app, proven) }
}

/** The token of what a right code proves: who, how, and for what. */
async function tokenOf(
  deps: Deps,
  app: Application,
  proven: Extract<Proven, { kind: 'verified' } | { kind: 'linked' }>,
): Promise<string> {
  const { verification } = proven
  const codeChallenge = verification.code_challenge ?? undefined
  if (proven.kind === 'linked') {
    const { amr, ...link } = readLink(verification)
    const login = { amr: [...amr, 'otp'], granted_scopes: scopesOf(verification), pkce_challenge: codeChallenge ?? '' }
    return await issueLinkedLogin(deps, app, { ...login, ...link })
  }
  const { type, value } = verification
  return await issueLoginChallenge(deps, app, {
    userId: proven.userId,
    codeChallenge,
    grantedScopes: scopesOf(verification),
    amr: amrOf(verification),
    identifier: { type, value },
    passwordId: readPasswordLogin(verification)?.passwordId,
  })
}

type Opened = { kind: 'started' | 'repeated'; session: LiveSession }
export type SessionOutcome = Opened | Failed | Enforced

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
    if (proven.kind === 'identifier_taken' || proven.kind === 'linked') return undo<Tried>({ kind: 'ended' })
    if (proven.kind !== 'verified') return proven
    // Whoever asked for a code verifier gets a challenge token, and nothing without the verifier.
    if (proven.verification.code_challenge !== null) return undo<Tried>({ kind: 'ended' })
    return await open(tx, deps, app, request, proven, opener)
  })
  if ('session' in outcome || outcome.kind === 'saml_login_required') return outcome
  return lookAlike(deps, app, request, outcome.kind)
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
