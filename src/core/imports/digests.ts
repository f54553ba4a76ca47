import { encode } from '../../crypto/base64url.ts'
import { hmacSha256 } from '../../crypto/hash.ts'
import type { Deps } from '../../platform/deps.ts'
import { kept } from '../../platform/kept-keys.ts'
import { FIELDS, type Field } from './options.ts'

/** A user in parts that an import may bring up to date, each as a digest: of what a record says, or of what is here. */
export type Digests = Readonly<Record<Field, string>>

/** The parts of a user, of a record or as they are here. */
export interface Parts {
  readonly identifiers: readonly { readonly type: string; readonly value: string; readonly verified: boolean }[]
  readonly profile: Readonly<Record<string, unknown>>
  readonly scopes: readonly string[]
  /** Names; of those that there are here `[name]`. */
  readonly groups: readonly (string | readonly [string])[]
  readonly federatedIdentities: readonly { readonly provider: string; readonly subject: string }[]
  readonly passwordHash: string | undefined
  readonly isBlocked: boolean
  readonly leftovers: readonly { readonly kind: string; readonly value: unknown }[]
}

const key = kept('import-digests')

/** Long enough that no two values of one user are taken for the same, and too short to find a password by. */
const DIGEST_BYTES = 9

/** In the order in which they are given, for it says nothing. */
export function digestsOf(deps: Deps, appId: string, parts: Parts): Digests {
  const digest = (field: Field, value: unknown) =>
    encode(hmacSha256(key(deps), JSON.stringify([appId, field, value])).subarray(0, DIGEST_BYTES))
  const list = (field: Field, values: readonly unknown[]) =>
    values.length === 0 ? '' : digest(field, values.map((value) => JSON.stringify(value)).sort())
  const { profile, passwordHash } = parts
  return {
    identifiers: list(
      'identifiers',
      parts.identifiers.map(({ type, value, verified }) => [type, value, verified]),
    ),
    profile: Object.keys(profile).length === 0 ? '' : digest('profile', inOrder(profile)),
    scopes: list('scopes', parts.scopes),
    groups: list('groups', parts.groups),
    federated_identities: list(
      'federated_identities',
      parts.federatedIdentities.map(({ provider, subject }) => [provider, subject]),
    ),
    password_hash: passwordHash === undefined ? '' : digest('password_hash', passwordHash),
    status: parts.isBlocked ? 'blocked' : '',
    leftovers: list(
      'leftovers',
      parts.leftovers.map(({ kind, value }) => [kind, inOrder(value)]),
    ),
  }
}

/** With the members of objects in one order: databases and languages have their own. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, inOrder(member)])
}

/** As they are stored. */
export const writeDigests = (digests: Digests): string => FIELDS.map((field) => digests[field]).join('.')

export function readDigests(stored: string): Digests {
  const parts = stored.split('.')
  return Object.fromEntries(FIELDS.map((field, i) => [field, parts[i] ?? ''])) as Digests
}
