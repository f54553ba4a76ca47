import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import type { EmailLinkClaims } from '../../core/challenges/challenge-token.ts'
import { policyOf, readOAuthConfig } from '../../core/federation/config.ts'
import { findOAuthConfig } from '../../core/federation/config-store.ts'
import { holdAccount } from '../../core/federation/hold.ts'
import type { FederatedKey } from '../../core/federation/store.ts'
import { noteProof } from '../../core/identifiers/store.ts'
import type { StepStart } from '../../core/step-up/code-step.ts'
import type { Raced } from '../../core/users/settle.ts'
import { admitCode } from '../../core/verifications/admission.ts'
import { findOtpConfig } from '../../core/verifications/configs.ts'
import { localeFor } from '../../core/verifications/locale.ts'
import { findVerification } from '../../core/verifications/store.ts'
import type { VerificationRow } from '../../core/verifications/tables.ts'
import { startVerification } from '../../core/verifications/verification.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'

/** The account at a provider that a code is about: with its verification, so that its code is good for no other. */
const linkShape = z.object({
  identity: z.object({
    provider: z.string(),
    issuer: z.string(),
    subject: z.string(),
    alt_subject: z.string().optional(),
  }),
  config_id: z.string(),
  amr: z.array(z.string()),
  profile: z.record(z.string(), z.string()),
})

const readLink = (link: string) => linkShape.parse(JSON.parse(link))

/** Send the code that proves the address of an account at a provider. */
export async function startLink(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  claims: EmailLinkClaims,
): Promise<StepStart> {
  const identifier = { type: 'email_address', value: claims.metadata.oauth_email } as const
  const config = await findOtpConfig(deps.db, app, 'email')
  if (!config) return { kind: 'no_login_config' }
  const locale = await localeFor(deps.db, app.id, request, { channel: 'email', template: config.template })
  const { jti, exp, identity, config_id, amr, profile } = claims
  return await deps.transact<StepStart>(async (tx) => {
    const before = await findVerification(tx, app.id, { challengeJti: jti })
    if (before && before.consumed_at !== null) return { kind: 'reused' }
    const admission = await admitCode(tx, deps, app, { identifier, ip: request.ip, codeSize: config.codeSize })
    if (admission.kind === 'limited') return { kind: 'limited' }
    const started = await startVerification(tx, deps, app.id, {
      ...config,
      identifier,
      locale,
      grantedScopes: claims.granted_scopes,
      codeChallenge: claims.pkce_challenge,
      silence: admission.silence,
      takings: admission.takings,
      challengeJti: jti,
      expiresBy: exp * 1000,
      link: JSON.stringify({ identity, config_id, amr, profile }),
    })
    return started.kind === 'spent' ? { kind: 'limited' } : started
  })
}

/** Whoever links an account at a provider has proven the address of another user. */
export type Taken = { kind: 'identifier_taken' }

export type LinkHolding = { kind: 'held'; userId: string } | { kind: 'refused' } | Taken | Raced

/** Find or make the user of the account whose address has just been proven. Only now it is asked who has that address: before, it would tell strangers. */
export async function holdLink(tx: Tx, deps: Deps, app: Application, row: VerificationRow): Promise<LinkHolding> {
  const { identity, config_id, profile } = readLink(row.link ?? '')
  const stored = await findOAuthConfig(tx, app.id, config_id)
  if (!stored) return { kind: 'refused' }
  const config = readOAuthConfig(stored)
  if (!config.enabled) return { kind: 'refused' }
  const { type, value } = row
  const { alt_subject: altSubject, ...key } = identity
  const account = {
    identity: { ...key, altSubject, email: value },
    email: { type, value, isVerified: true },
    profile,
    source: `oauth:${stored.provider}`,
  }
  const holding = await holdAccount(tx, deps, app.id, account, policyOf(app, config))
  if (holding.kind === 'taken') return { kind: 'identifier_taken' }
  if (holding.kind === 'ask') return { kind: 'refused' }
  if (holding.kind === 'held') await noteProof(tx, app.id, holding.userId, { type, value }, deps.now())
  return holding
}

/** What the code of a link proves: the account, as the provider knew its user, and the address. */
export function linkProof({ link }: VerificationRow): { amr: readonly string[]; identity: FederatedKey } | undefined {
  if (link === null) return undefined
  const { amr, identity } = readLink(link)
  return { amr: [...amr, 'otp'], identity }
}
