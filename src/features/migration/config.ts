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

const jwtConfig = z.object({
  mode: z.literal('jwt'),
  preset: z.enum(PRESETS).default('custom'),
  jwks_url: httpsUrl.optional(),
  issuer: z.string().min(1).max(512),
  audience: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .meta({ description: 'Required, except for Clerk, whose tokens name the origin of their page instead, as `azp`.' }),
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
