import { z } from 'zod'
import { type RequestOptions, requestOptions } from '../../crypto/webauthn.ts'
import type { AssertionResponse } from '../../crypto/webauthn-response.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { Application } from '../applications/application.ts'
import { issueLoginChallenge } from '../challenges/challenge-token.ts'
import { findSessionsEnded } from '../users/store.ts'
import type { PasskeyConfig } from './config.ts'
import { consumedRow, findConsumed, hashOfAnswer } from './consumed.ts'
import { amrOf } from './passkey.ts'
import { consumePasskeyToken } from './store/tokens.ts'
import { challengeOf, type LoginTokenClaims, newCeremony, sealToken } from './token.ts'
import { noteRegressed, usePasskey, verifyPasskey } from './verify.ts'

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
  const before = await findConsumed(deps, app.id, ceremony, answerHash, provenShape)
  if (before?.kind === 'reused') return before
  if (before) return { kind: 'proven', challengeToken: await issue(deps, app, before.outcome, before.at) }

  const shown = {
    assertion,
    challenge: challengeOf(ceremony),
    rpId: ceremony.rp_id,
    userVerification: ceremony.user_verification,
  }
  const verified = await verifyPasskey(deps, app.id, config, shown)
  if (verified.kind === 'regressed') await noteRegressed(deps, verified.passkey, verified.state)
  if (verified.kind === 'refused') return verified
  if (verified.kind !== 'verified') return { kind: 'refused', reason: `the passkey is ${verified.kind}` }

  const { passkey, state } = verified
  const proven: Proven = {
    user_id: passkey.user_id,
    credential_id: passkey.credential_id,
    amr: amrOf(state),
    granted_scopes: config.granted_scopes,
    jti: newId('cht', deps),
    sessions_ended_at: await findSessionsEnded(deps.db, app.id, passkey.user_id),
  }
  const row = consumedRow(deps, app.id, ceremony, answerHash, proven)
  const used = await deps.transact<'used' | 'regressed' | 'gone' | 'consumed'>(async (tx) => {
    if (!(await consumePasskeyToken(tx, row))) return 'consumed'
    const outcome = await usePasskey(tx, deps, passkey, state)
    return outcome === 'used' ? outcome : undo<typeof outcome>(outcome)
  })
  if (used === 'consumed') return await finishPasskeyLogin(deps, app, config, ceremony, assertion)
  if (used === 'regressed') await noteRegressed(deps, passkey, state)
  if (used !== 'used') return { kind: 'refused', reason: `the passkey is ${used}` }
  return { kind: 'proven', challengeToken: await issue(deps, app, proven, row.consumed_at) }
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
