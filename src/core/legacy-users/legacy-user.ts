import { z } from 'zod'
import { readImportedHash } from '../../crypto/password-hash.ts'
import type { FederatedKey } from '../federation/store.ts'
import { type Identifier, normaliseIdentifier } from '../identifiers/identifier.ts'
import { isReserved, scopeName } from '../scopes/scope.ts'
import { isObject, type Part, readList, timeShape, WHOLE, whole } from './record.ts'

export interface LegacyIdentifier extends Identifier {
  readonly verified: boolean
  /** When the legacy system saw it proven, Unix ms; absent when it does not say. */
  readonly verifiedAt?: number
}

/** A person as the legacy system knows them, checked and normalised: what can be used of the record. */
export interface LegacyUser {
  readonly externalId: string
  /** May be empty: whoever is known by the external id needs none. */
  readonly identifiers: readonly LegacyIdentifier[]
  readonly profile: Readonly<Record<string, unknown>>
  /** The place of each in the record. */
  readonly scopes: ReadonlyMap<string, string>
  /** Names of groups, with the place of each in the record. */
  readonly groups: ReadonlyMap<string, string>
  /** Without issuers, which a record does not name. */
  readonly federatedIdentities: readonly FederatedKey[]
  /** As it is stored; `unreadable` when the hook sent something that is no hash. */
  readonly password?: { kind: 'hash'; hash: string } | { kind: 'unreadable' }
  /** Places of what cannot be used, `identifiers[1]` or `profile`; never values. */
  readonly leftOut: readonly string[]
}

export const MAX_PROFILE_CHARS = 16_384
/** As deep as requests may nest. */
export const MAX_PROFILE_LEVELS = 32

/** Text that a database keeps as it is: without control characters and halves of surrogate pairs. */
const plainText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u)

/** Some systems count their users. Above 2^53 a number in JSON may stand for its neighbours, too. */
const externalIdShape = z.union([plainText(128), z.int().transform(String)])

const identifierShape = z.object({
  type: z.enum(['email_address', 'phone_number']),
  value: z.string().max(320),
  verified: z.unknown().optional(),
  verified_at: z.unknown().optional(),
})
const scopeShape = scopeName.refine((scope) => !isReserved(scope))
/** Legacy systems name theirs as they like; those of a name that groups here have none of are nobody’s. */
const groupShape = plainText(128)
const oauthShape = z.object({
  provider: z.enum(['google', 'apple', 'microsoft', 'github', 'okta', 'facebook']),
  subject: plainText(255),
})
const profileShape = z.record(z.string(), z.unknown())

/** `legacyDown`: nobody was refused; asking again later may help. */
export type ReadRecord =
  | { kind: 'user'; user: LegacyUser }
  | { kind: 'failed'; reason: 'missing_external_id' | 'invalid_response'; legacyDown?: boolean }

/**
 * Read what a legacy system says of a user, as `{user: {…}}`. Everything in it is checked before anything is stored. Nobody can do without the external id; any other member that cannot be
 * used is left out.
 */
export async function readLegacyUser(json: unknown): Promise<ReadRecord> {
  const user = isObject(json) && json.user
  // No record at all: a proxy's answer, or an error in an envelope of its own. The legacy system has refused nobody.
  if (!isObject(user)) return { kind: 'failed', reason: 'invalid_response', legacyDown: true }
  const id = readExternalId(user.external_id)
  if (id.kind === 'missing') return { kind: 'failed', reason: 'missing_external_id' }
  if (id.kind === 'invalid') return { kind: 'failed', reason: 'invalid_response' }
  return { kind: 'user', user: { externalId: id.externalId, ...(await readPerson(user, HOOK)) } }
}

export function readExternalId(
  given: unknown,
): { kind: 'read'; externalId: string } | { kind: 'missing' } | { kind: 'invalid' } {
  // What languages write for "none"; as an id it would be everybody's.
  if (given === undefined || given === null || given === '' || given === 0) return { kind: 'missing' }
  const externalId = externalIdShape.safeParse(given).data
  return externalId === undefined ? { kind: 'invalid' } : { kind: 'read', externalId }
}

/** What differs between the places where records come from. */
export interface RecordDialect {
  /** The member with accounts at identity providers. */
  readonly identities: 'oauth' | 'federated_identities'
  /** Whether an identifier of which nothing is said counts as proven. */
  readonly unsaidIsProven: boolean
}

const HOOK: RecordDialect = { identities: 'oauth', unsaidIsProven: true }

/** Read of a record whatever can be used of it, but for the external id. */
export async function readPerson(
  user: Record<string, unknown>,
  dialect: RecordDialect,
): Promise<Omit<LegacyUser, 'externalId'>> {
  const read = (item: unknown) => readIdentifier(item, dialect)
  const identifiers = await readList('identifiers', user.identifiers, 20, read)
  const scopes = await readList('scopes', user.scopes, 100, (item) => whole(scopeShape.safeParse(item).data))
  const { identities } = dialect
  const oauth = await readList(identities, user[identities], 20, (item) => whole(oauthShape.safeParse(item).data))
  const groups = await readList('groups', user.groups, 100, (item) => whole(groupShape.safeParse(item).data))
  const profile = readProfile(user.profile)
  const password = readPassword(user.password_hash)
  return {
    identifiers: mergeSame(identifiers.items.map(({ value }) => value)),
    profile: profile ?? {},
    scopes: new Map(scopes.items.map(({ value, place }) => [value, place])),
    groups: new Map(groups.items.map(({ value, place }) => [value, place])),
    federatedIdentities: eachOnce(oauth.items.map(({ value }) => ({ ...value, issuer: '' }))),
    ...(password && { password }),
    leftOut: [
      ...identifiers.leftOut,
      ...leftOutOf(user.profile, profile),
      ...[scopes, oauth, groups].flatMap((list) => list.leftOut),
    ],
  }
}

/** What is said of the proof and cannot be read proves nothing, or as long ago as can be. */
async function readIdentifier(item: unknown, { unsaidIsProven }: RecordDialect): Promise<Part<LegacyIdentifier>> {
  const given = identifierShape.safeParse(item).data
  const normalised = given && (await normaliseIdentifier(given))
  if (!normalised) return WHOLE
  // A time of null is how many systems say "never".
  const { verified = unsaidIsProven && given.verified_at !== null, verified_at } = given
  const at = timeShape.safeParse(verified_at).data
  const isSaid = verified_at !== undefined && verified_at !== null
  return {
    value: { ...normalised, verified: verified === true, ...(isSaid && { verifiedAt: at ?? 0 }) },
    leftOut: [
      ...(typeof verified === 'boolean' ? [] : ['.verified']),
      ...(isSaid && at === undefined ? ['.verified_at'] : []),
    ],
  }
}

const eachOnce = (identities: readonly FederatedKey[]): FederatedKey[] => [
  ...new Map(identities.map((one) => [`${one.provider} ${one.subject}`, one])).values(),
]

/** Each identifier once, proven if it is anywhere. */
function mergeSame(identifiers: readonly LegacyIdentifier[]): LegacyIdentifier[] {
  const byValue = new Map<string, LegacyIdentifier>()
  for (const one of identifiers) {
    const key = `${one.type} ${one.value}`
    const same = byValue.get(key)
    const times = [one, same].flatMap((each) =>
      each?.verified && each.verifiedAt !== undefined ? [each.verifiedAt] : [],
    )
    const { type, value } = one
    const merged = { type, value, verified: one.verified || (same?.verified ?? false) }
    byValue.set(key, times.length > 0 ? { ...merged, verifiedAt: Math.max(...times) } : merged)
  }
  return [...byValue.values()]
}

/** A member of this name would be taken for the prototype wherever the profile is copied. */
const leftOutOf = (given: unknown, read: object | undefined): string[] => {
  if (!read) return ['profile']
  return isObject(given) && Object.hasOwn(given, '__proto__') ? ['profile.__proto__'] : []
}

/** Undefined when it cannot be kept. */
function readProfile(given: unknown): Record<string, unknown> | undefined {
  const profile = profileShape.safeParse(given ?? {}).data
  if (!profile || isDeeper(profile, MAX_PROFILE_LEVELS)) return undefined
  return JSON.stringify(profile).length > MAX_PROFILE_CHARS ? undefined : profile
}

/** Whether a value nests more levels than that: what later walks the profile, here or at the customer's, would not come back. */
export const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)))

function readPassword(hash: unknown): LegacyUser['password'] | undefined {
  if (hash === undefined || hash === null || hash === '') return undefined
  const imported = typeof hash === 'string' ? readImportedHash(hash) : undefined
  return imported?.kind === 'accepted' ? { kind: 'hash', hash: imported.hash } : { kind: 'unreadable' }
}
