import { z } from 'zod'
import { type Identifier, normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { isReserved, scopeName } from '../../core/scopes/scope.ts'
import { readImportedHash } from '../../crypto/password-hash.ts'

/** Why a migration failed, as its event and counter say. */
export type FailureReason =
  | 'not_configured'
  | 'request_failed'
  | 'invalid_status_code'
  | 'response_decode_failed'
  | 'missing_external_id'
  | 'missing_identifiers'
  | 'invalid_response'
  | 'identifier_conflict'
  | 'invalid_token'
  | 'user_blocked'
  /** Of the password alone: the migration went on without it. */
  | 'invalid_password_hash'

/** A person as the legacy system knows them, checked and normalised. */
export interface LegacyUser {
  readonly externalId: string
  readonly identifiers: readonly (Identifier & { verified: boolean })[]
  readonly profile: Readonly<Record<string, unknown>>
  readonly scopes: readonly string[]
  readonly federatedIdentities: readonly { provider: string; subject: string }[]
  /** As it is stored; `unreadable` when the hook sent something that is no hash. */
  readonly password?: { kind: 'hash'; hash: string } | { kind: 'unreadable' }
}

const MAX_PROFILE_CHARS = 16_384
/** As deep as requests may nest. */
const MAX_PROFILE_LEVELS = 32

/** Text that a database keeps as it is: without control characters and halves of surrogate pairs. */
const plainText = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u)

const PROVIDERS = ['google', 'apple', 'microsoft', 'github', 'okta', 'facebook'] as const

/** Absent, or null as some languages write it: none. */
const list = <T extends z.ZodType>(item: T, max: number) =>
  z
    .array(item)
    .max(max)
    .nullish()
    .transform((items) => items ?? [])

const answerShape = z.object({
  user: z.object({
    external_id: plainText(128).nullish(),
    identifiers: list(
      z.object({
        type: z.enum(['email_address', 'phone_number']),
        value: z.string().max(320),
        /** Of ours: false marks an address that the legacy system never proved. */
        verified: z.boolean().default(true),
      }),
      20,
    ),
    profile: z.record(z.string(), z.unknown()).nullish(),
    scopes: list(
      scopeName.refine((scope) => !isReserved(scope)),
      100,
    ),
    oauth: list(z.object({ provider: z.enum(PROVIDERS), subject: plainText(255).min(1) }), 20),
    /** Of ours. Whatever it is, it keeps nobody from coming over. */
    password_hash: z.unknown().optional(),
  }),
})

export type LegacyOutcome =
  | { kind: 'user'; user: LegacyUser }
  /** `legacyDown`: the legacy system is at fault, not the token; trying again later may help. */
  | { kind: 'failed'; reason: FailureReason; legacyDown?: boolean }

/** Read what a hook answered. Everything in it is checked before anything is stored. */
export async function readLegacyUser(json: unknown): Promise<LegacyOutcome> {
  const parsed = answerShape.safeParse(json)
  if (!parsed.success) return { kind: 'failed', reason: 'invalid_response' }
  const { external_id, identifiers, scopes, oauth } = parsed.data.user
  const profile = parsed.data.user.profile ?? {}
  if (!external_id) return { kind: 'failed', reason: 'missing_external_id' }
  if (identifiers.length === 0) return { kind: 'failed', reason: 'missing_identifiers' }
  if (isDeeper(profile, MAX_PROFILE_LEVELS)) return { kind: 'failed', reason: 'invalid_response' }
  if (JSON.stringify(profile).length > MAX_PROFILE_CHARS) return { kind: 'failed', reason: 'invalid_response' }
  const normalised = await normaliseAll(identifiers)
  if (!normalised) return { kind: 'failed', reason: 'invalid_response' }
  const password = readPassword(parsed.data.user.password_hash)
  return {
    kind: 'user',
    user: {
      externalId: external_id,
      identifiers: normalised,
      profile,
      scopes,
      federatedIdentities: oauth,
      ...(password && { password }),
    },
  }
}

function readPassword(hash: unknown): LegacyUser['password'] | undefined {
  if (hash === undefined || hash === null || hash === '') return undefined
  const imported = typeof hash === 'string' ? readImportedHash(hash) : undefined
  return imported?.kind === 'accepted' ? { kind: 'hash', hash: imported.hash } : { kind: 'unreadable' }
}

/** Whether a value nests more levels than that: what later walks the profile, here or at the customer's, would not come back. */
const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)))

/** Each identifier once, in its one form; undefined when one of them is none. */
async function normaliseAll(identifiers: readonly (Identifier & { verified: boolean })[]) {
  const byValue = new Map<string, Identifier & { verified: boolean }>()
  for (const { verified, ...identifier } of identifiers) {
    const normalised = await normaliseIdentifier(identifier)
    if (!normalised) return undefined
    const key = `${normalised.type} ${normalised.value}`
    byValue.set(key, { ...normalised, verified: verified || (byValue.get(key)?.verified ?? false) })
  }
  return [...byValue.values()]
}
