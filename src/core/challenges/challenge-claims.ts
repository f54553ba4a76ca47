import { z } from 'zod'

/** Of the token of a login, and of a step-up that has no step to go. */
export const LIFETIME_SECONDS = 600

const common = {
  jti: z.string(),
  sub: z.string(),
  exp: z.number(),
  aud: z.string(),
  challenge_id: z.string(),
  current_step: z.string(),
}

const identityShape = z.object({ provider: z.string(), issuer: z.string(), subject: z.string() })

/** An account at a provider, and what makes it somebody's. */
const accountShape = {
  identity: identityShape.extend({ alt_subject: z.string().optional() }),
  config_id: z.string(),
  profile: z.record(z.string(), z.string()),
}

const loginShape = z.object({
  ...common,
  grant_mode: z.literal('session-start'),
  pkce_challenge: z.string().optional(),
  verifier_optional: z.boolean().optional(),
  granted_scopes: z.array(z.string()).optional(),
  amr: z.array(z.string()),
  auth_time: z.number(),
  iat: z.number(),
  password_id: z.string().optional(),
  identifier: z.object({ type: z.enum(['email_address', 'phone_number']), value: z.string() }).optional(),
  external_id: z.string().optional(),
  identity: identityShape.optional(),
  passkey_id: z.string().optional(),
  link: z.object({ ...accountShape, email: z.string() }).optional(),
  sessions_ended_at: z.number().nullish(),
})

const stepUpShape = z.object({
  ...common,
  grant_mode: z.enum(['single-use', 'session-bound', 'profile-bound']),
  sid: z.string(),
  scope_requested: z.string(),
  granted_for: z.number(),
  steps: z.array(z.object({ order: z.number(), key: z.string(), expiration_duration: z.number(), done: z.boolean() })),
  metadata: z.record(z.string(), z.string()).optional(),
})

const emailLinkShape = z.object({
  ...common,
  grant_mode: z.literal('oauth-email-link'),
  pkce_challenge: z.string(),
  granted_scopes: z.array(z.string()),
  amr: z.array(z.string()),
  ...accountShape,
  verifier_optional: z.boolean(),
  metadata: z.object({ oauth_email: z.string() }),
})

export const claimsShape = z.discriminatedUnion('grant_mode', [loginShape, stepUpShape, emailLinkShape])

/** What the token of a login says: who has proven what. With `link`, `sub` names nobody yet: it is linked when the token is finalized. `exp` and `auth_time` in Unix seconds. */
export type LoginClaims = z.output<typeof loginShape>

/** What the token of a step-up says: for what, which steps are done and which are to be done. `exp` in Unix seconds, durations in seconds. */
export type StepUpClaims = z.output<typeof stepUpShape>

/** What the token says of an account at a provider whose address a code must prove before it is anybody's. `sub` names nobody yet. */
export type EmailLinkClaims = z.output<typeof emailLinkShape>

export type ChallengeClaims = LoginClaims | StepUpClaims | EmailLinkClaims

export const isStepUp = (claims: ChallengeClaims): claims is StepUpClaims =>
  claims.grant_mode !== 'session-start' && claims.grant_mode !== 'oauth-email-link'

/** `current_step` once nothing is left to do. */
export const COMPLETED = 'completed'
