import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import type { EmailLinkClaims } from '../../core/challenges/challenge-claims.ts'
import { findEnforcedConnection } from '../../core/saml-connections/resolve.ts'
import type { StepStart } from '../../core/step-up/code-step.ts'
import { admitCode } from '../../core/verifications/admission.ts'
import { findOtpConfig } from '../../core/verifications/configs.ts'
import { localeFor } from '../../core/verifications/locale.ts'
import { findVerification } from '../../core/verifications/store.ts'
import type { VerificationRow } from '../../core/verifications/tables.ts'
import { startVerification } from '../../core/verifications/verification.ts'
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
  verifier_optional: z.boolean(),
})

/** What a code is about besides its recipient, of a verification that is of an account. */
export const readLink = ({ link, value }: Pick<VerificationRow, 'link' | 'value'>) => {
  const { amr, verifier_optional, ...account } = linkShape.parse(JSON.parse(link ?? ''))
  return { amr, verifier_optional, link: { ...account, email: value } }
}

export type LinkStart = StepStart | { kind: 'saml_login_required' }

/** Send the code that proves the address of an account at a provider. */
export async function startLink(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  claims: EmailLinkClaims,
): Promise<LinkStart> {
  const identifier = { type: 'email_address', value: claims.metadata.oauth_email } as const
  if (await findEnforcedConnection(deps.db, app.id, identifier)) return { kind: 'saml_login_required' }
  const config = await findOtpConfig(deps.db, app, 'email')
  if (!config) return { kind: 'no_login_config' }
  const locale = await localeFor(deps.db, app.id, request, { channel: 'email', template: config.template })
  const { jti, exp, identity, config_id, amr, profile, verifier_optional } = claims
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
      link: JSON.stringify({ identity, config_id, amr, profile, verifier_optional }),
    })
    return started.kind === 'spent' ? { kind: 'limited' } : started
  })
}
