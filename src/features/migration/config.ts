import { z } from 'zod'

const httpsUrl = z
  .url({ protocol: /^https?$/, error: 'is no absolute URL' })
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
export const PRESETS = ['auth0', 'clerk', 'firebase', 'supabase', 'cognito', 'custom'] as const

/** Where a claim is found → what it must be: this, or one of these. */
const claimValue = z.union([z.string().max(512), z.number(), z.boolean()])
const requiredClaims = z
  .record(claimPath, z.union([claimValue, z.array(claimValue).min(1).max(20)]))
  .refine((claims) => Object.keys(claims).length <= 20, 'has more than 20 members')

const audience = z.string().min(1).max(512)

const jwtConfig = z.object({
  mode: z.literal('jwt'),
  preset: z.enum(PRESETS).default('custom'),
  jwks_url: httpsUrl.optional(),
  jwks: z
    .object({
      keys: z
        .array(z.looseObject({ kty: z.string().max(16) }))
        .min(1)
        .max(20),
    })
    .optional()
    .meta({
      description:
        'Public keys in place of those that the issuer publishes, which may outlive it. Needs `cut_over_at`.',
    }),
  cut_over_at: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'From then on legacy sessions are refused, as if the configuration were deleted.' }),
  issuer: z.string().min(1).max(512),
  audience: z
    .union([audience, z.array(audience).min(1).max(20)])
    .optional()
    .meta({
      description:
        'Whom tokens are given to when they are given to you: your audiences and client ids. What a token has as `aud`, `azp` or `client_id` must be among them. ' +
        'Required, except for Clerk, whose tokens name the origin of their page, as `azp`.',
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
})

export type HookConfig = z.output<typeof hookConfig>
export type JwtConfig = z.output<typeof jwtConfig>
export type MigrationConfig = HookConfig | JwtConfig

export const migrationConfig = z
  .discriminatedUnion('mode', [hookConfig, jwtConfig])
  .meta({ id: 'MigrationConfigInput' })
