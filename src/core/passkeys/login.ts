import { z } from 'zod'
import { type RequestOptions, requestOptions } from '../../crypto/webauthn.ts'
import type { AssertionResponse } from '../../crypto/webauthn-response.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { Application } from '../applications/application.ts'
import { issueLoginChallenge } from '../challenges/challenge-token.ts'
import { findSessionsEnded } from '../users/store/session-ends.ts'
import { findEnforcedFor } from '../ways-in/enforcement.ts'
import type { PasskeyConfig } from './config.ts'
import { consumedRow, findConsumed, hashOfAnswer } from './consumed.ts'
import { amrOf } from './passkey.ts'
import { consumePasskeyToken } from './store/tokens.ts'
import type { ConsumedPasskeyTokenRow } from './tables.ts'
import { challengeOf, type LoginTokenClaims, newCeremony, sealToken } from './token.ts'
import { noteRegressed, type PasskeyOutcome, usePasskey, verifyPasskey } from './verify.ts'

/** Begin a login by whatever passkey the client finds. Nothing is written. */
export async function beginPasskeyLogin(
  deps: Deps,
  app: Application,
  config: PasskeyConfig,
): Promise<{ publicKey: RequestOptions; loginToken: string }> {
  const ceremony = newCeremony(deps, config)
  const publicKey = await requestOptions({
    rpId: ceremony.rp_id,
    challenge: challengeOf(ceremony),
    userVerification: ceremony.user_verification,
    allow: [],
  })
  return { publicKey, loginToken: sealToken(deps, app.id, 'login', ceremony) }
}

export type PasskeyLogin =
  | { readonly kind: 'proven'; readonly challengeToken: string }
  /** `enforced`: the user is one of those who must log in by their company's own connection. */
  | { readonly kind: 'enforced' }
  | { readonly kind: 'reused' }
  /** Whatever the reason, which is for the log: whoever logs in is told the same. */
  | { readonly kind: 'refused'; readonly reason: string }

const provenShape = z.object({
  user_id: z.string(),
  credential_id: z.string(),
  amr: z.array(z.string()),
  granted_scopes: z.array(z.string()),
  jti: z.string(),
  sessions_ended_at: z.number().nullable(),
})

type Proven = z.output<typeof provenShape>

/** End a login with what the client's authenticator answered. Of several callers with one token one uses the passkey; its own repeats get its token again. */
export async function finishPasskeyLogin(
  deps: Deps,
  app: Application,
  config: PasskeyConfig,
  ceremony: LoginTokenClaims,
  assertion: AssertionResponse,
): Promise<PasskeyLogin> {
  const answerHash = hashOfAnswer(assertion)
  const before = await findBefore(deps, app, ceremony, answerHash)
  if (before) return before
  const verified = await verifyPasskey(deps, app.id, config, {
    assertion,
    challenge: challengeOf(ceremony),
    rpId: ceremony.rp_id,
    userVerification: ceremony.user_verification,
  })
  if (verified.kind === 'refused') return verified
  // The same call may have used token and passkey a moment ago: here, and below.
  if (verified.kind !== 'verified')
    return (await findBefore(deps, app, ceremony, answerHash)) ?? (await refuse(deps, verified, verified.kind))
  if (await findEnforcedFor(deps.db, app.id, verified.passkey.user_id)) return { kind: 'enforced' }
  const proven = await provenBy(deps, app, config, verified)
  const row = consumedRow(deps, app.id, ceremony, answerHash, proven)
  const used = await deps.transact<Used>((tx) => use(tx, deps, row, verified))
  if (used === 'used') return { kind: 'proven', challengeToken: await issue(deps, app, proven, row.consumed_at) }
  return (
    (await findBefore(deps, app, ceremony, answerHash)) ??
    (used === 'consumed' ? { kind: 'reused' } : await refuse(deps, verified, used))
  )
}

/** What came of the token before. */
async function findBefore(
  deps: Deps,
  app: Application,
  ceremony: LoginTokenClaims,
  answerHash: string,
): Promise<PasskeyLogin | undefined> {
  const consumed = await findConsumed(deps, app.id, ceremony, answerHash, provenShape)
  if (consumed?.kind !== 'repeated') return consumed
  return { kind: 'proven', challengeToken: await issue(deps, app, consumed.outcome, consumed.at) }
}

type Shown = Exclude<PasskeyOutcome, { kind: 'refused' }>

async function provenBy(
  deps: Deps,
  app: Application,
  { granted_scopes }: PasskeyConfig,
  { passkey: { user_id, credential_id }, state }: Shown,
): Promise<Proven> {
  const sessions_ended_at = await findSessionsEnded(deps.db, app.id, user_id)
  return { user_id, credential_id, amr: amrOf(state), granted_scopes, jti: newId('cht', deps), sessions_ended_at }
}

type Used = Awaited<ReturnType<typeof usePasskey>> | 'consumed'

/** Use up the token and note the use of the passkey, or do neither. */
async function use(tx: Tx, deps: Deps, row: ConsumedPasskeyTokenRow, { passkey, state }: Shown) {
  if (!(await consumePasskeyToken(tx, row))) return 'consumed'
  const used = await usePasskey(tx, deps, passkey, state)
  return used === 'used' ? used : undo<Used>(used)
}

async function refuse(deps: Deps, { passkey, state }: Shown, why: string): Promise<PasskeyLogin> {
  if (why === 'regressed') await noteRegressed(deps, passkey, state)
  return { kind: 'refused', reason: `the passkey is ${why}` }
}

/** The same each time for the same proof. */
const issue = (deps: Deps, app: Application, proven: Proven, at: number): Promise<string> =>
  issueLoginChallenge(
    deps,
    app,
    {
      userId: proven.user_id,
      amr: proven.amr,
      grantedScopes: proven.granted_scopes,
      passkeyId: proven.credential_id,
    },
    { jti: proven.jti, at, sessionsEndedAt: proven.sessions_ended_at },
  )
