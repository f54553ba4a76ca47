import { z } from 'zod'

const httpsUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine((url) => !URL.parse(url)?.username && !URL.parse(url)?.password, 'holds credentials')
  .meta({ description: 'Absolute URL; https, unless the server allows private hooks.' })

/** Where a claim is found: its name, or a path with dots into nested objects. A name that contains dots wins over a path. */
const claimPath = z.string().min(1).max(128)

/** A body without `mode` is the documented one. */
const hookConfig = z.object({
  mode: z.literal('hook').optional().default('hook'),
  session_validation_url: httpsUrl,
})

/** Legacy systems whose tokens we know how to read. */
export const PRESETS = [
  'auth0',
  'authjs',
  'better-auth',
  'clerk',
  'cognito',
  'descope',
  'firebase',
  'fusionauth',
  'keycloak',
  'kratos',
  'okta',
  'stytch',
  'supabase',
  'supertokens',
  'custom',
] as const

/** Where a claim is found → what it must be: this, or one of these. */
const claimValue = z.union([z.string().max(512), z.number(), z.boolean()])
const requiredClaims = z
  .record(claimPath, z.union([claimValue, z.array(claimValue).min(1).max(20)]))
  .refine((claims) => Object.keys(claims).length <= 20, 'has more than 20 members')

const audience = z.string().min(1).max(512)

const issuer = z.string().min(1).max(512)

/** At most this long ago a token may have expired. */
export const MAX_GRACE_SECONDS = 90 * 86_400

const refreshMembers = {
  token_endpoint: httpsUrl.optional().meta({ description: 'By default where the preset’s vendor has it.' }),
  client_id: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .meta({ description: 'The client that the refresh tokens were given to. Firebase and Supabase need none.' }),
  api_key: z
    .string()
    .min(1)
    .max(2048)
    .optional()
    .meta({ description: 'Of Firebase the web API key, of Supabase the anon or publishable key.' }),
  client_authentication: z
    .enum(['post', 'basic'])
    .optional()
    .meta({ description: 'How the client shows its secret. By default in the body, for Okta in the header.' }),
}

const clientSecret = z.string().min(1).max(2_000).nullable().optional().meta({
  description:
    'Of a confidential client. Never shown; left out, it stays, unless the token endpoint changes; null for none.',
  writeOnly: true,
})

const secret = z
  .string()
  .min(1)
  .max(4_096)
  .nullable()
  .optional()
  .meta({
    description:
      'What the tokens are signed with when it is HS256, HS384 or HS512, or encrypted with when the preset is authjs (AUTH_SECRET). At least 32 bytes. ' +
      'Verifies nothing else, as no published key verifies those. Never shown; left out, it stays, unless the issuer changes; null for none.',
    writeOnly: true,
  })

const jwks = z.object({
  keys: z
    .array(z.looseObject({ kty: z.string().max(16) }))
    .min(1)
    .max(20),
})

const jwtMembers = {
  mode: z.literal('jwt'),
  preset: z.enum(PRESETS).default('custom'),
  jwks_url: httpsUrl.optional().meta({ description: 'A JWK Set, or certificates in PEM by the names of their keys.' }),
  jwks: jwks.optional().meta({
    description: 'Public keys in place of those that the issuer publishes, which may outlive it. Needs `cut_over_at`.',
  }),
  secret_encoding: z.enum(['text', 'base64']).optional().meta({
    description: 'Whether the secret is the text itself, which is the default, or bytes in base64 or base64url.',
  }),
  cut_over_at: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'From then on legacy sessions are refused, as if the configuration were deleted.' }),
  issuer: z
    .union([issuer, z.array(issuer).min(1).max(10)])
    .optional()
    .meta({
      description:
        'Who issues the tokens, as they name it in `iss`; or a list, where a domain of your own and the vendor’s live at once. Required, except for authjs.',
    }),
  audience: z
    .union([audience, z.array(audience).min(1).max(20)])
    .optional()
    .meta({
      description:
        'Whom tokens are given to when they are given to you: your audiences and client ids. What a token has as `aud`, `azp` or `client_id` must be among them. ' +
        'Required, except for presets whose tokens name nobody: a Clerk token names the origin of its page, as `azp`.',
    }),
  token_type: z.string().min(1).max(64).optional().meta({
    description: 'The `typ` that the header of your tokens must have, `at+jwt` for example. By default `JWT`, or none.',
  }),
  required_claims: requiredClaims.optional().meta({
    description: 'Claim, or path with dots → what it must equal, or a list of what it may equal: `{"aal": "aal2"}`.',
  }),
  claims: z
    .object({
      external_id: claimPath.optional(),
      email: claimPath.optional(),
      email_verified: claimPath.optional(),
      phone_number: claimPath.optional(),
      phone_number_verified: claimPath.optional(),
      profile: z.record(z.string().max(64), claimPath).optional().meta({ description: 'Profile member → claim.' }),
    })
    .optional()
    .meta({
      description:
        'Overrides the preset’s mapping from claims to the user. An address from a claim of your own counts as proven only by a claim of your own.',
    }),
  expired_grace_seconds: z.int().min(0).max(MAX_GRACE_SECONDS).optional().meta({
    description:
      'For so long after their end tokens are taken, once for each legacy session and for users who are known by their external id alone. Needs `issued_before`.',
  }),
  issued_before: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'The switch-over: expired tokens that were issued later are refused.' }),
}

const jwtConfig = z.object({
  ...jwtMembers,
  secret,
  refresh: z
    .object({ ...refreshMembers, client_secret: clientSecret })
    .optional()
    .meta({ description: 'Refresh tokens of the legacy system are taken, too, and used at its token endpoint.' }),
})

/** As it is stored: without secrets, which are sealed, and with the copies of keys that were kept. */
const storedJwtConfig = z.object({
  ...jwtMembers,
  refresh: z.object(refreshMembers).optional(),
  sealed_secrets: z.string().optional(),
  kept_keys: z
    .array(
      z.object({ jwks_url: z.string(), kept_at: z.number(), jwks: z.object({ keys: z.array(z.looseObject({})) }) }),
    )
    .optional(),
})

export type HookConfig = z.output<typeof hookConfig>
export type JwtConfigInput = z.output<typeof jwtConfig>
export type JwtConfig = z.output<typeof storedJwtConfig>
export type MigrationConfig = HookConfig | JwtConfig
export type MigrationConfigInput = HookConfig | JwtConfigInput

export const migrationConfig = z
  .discriminatedUnion('mode', [hookConfig, jwtConfig])
  .meta({ id: 'MigrationConfigInput' })

export const storedMigrationConfig = z.discriminatedUnion('mode', [hookConfig, storedJwtConfig])
