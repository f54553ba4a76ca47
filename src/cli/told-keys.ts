import { columns, done, type Outcome } from './outcome.ts'

/** A management key as it is told: times in RFC 3339, null for what is not. */
export interface KeyRow {
  readonly key_id: string
  /** Null of a key of the instance. */
  readonly app_id: string | null
  readonly name: string
  readonly permissions: readonly string[] | null
  readonly allowed_networks: readonly string[] | null
  readonly created_at: string
  readonly created_by: string | null
  readonly expires_at: string | null
  readonly last_used_at: string | null
  readonly replaced_by: string | null
}

export function tellNewKey(key: KeyRow, management_key: string): Outcome {
  const whose = key.app_id === null ? 'every application' : `application ${key.app_id}`
  return done({ ...key, management_key }, `Key ${key.key_id} manages ${whose}. Shown this once: ${management_key}`)
}

const HEADS = ['ID', 'NAME', 'CREATED', 'LAST USED', 'EXPIRES', 'NETWORKS', 'PERMISSIONS']

export function tellKeys(keys: readonly KeyRow[]): Outcome {
  const lines = keys.map((key) => [
    key.key_id,
    key.name,
    key.created_at,
    key.last_used_at ?? 'never',
    key.expires_at ?? 'never',
    key.allowed_networks?.join(' ') ?? 'any',
    key.permissions?.join(' ') ?? 'all',
  ])
  return done(keys, columns([HEADS, ...lines], 'There is no key.'))
}

export const tellRevokedKey = (key_id: string): Outcome => done({ key_id }, `Key ${key_id} is revoked.`)

export const tellRotatedKey = (key: KeyRow, management_key: string, previous: KeyRow): Outcome =>
  done(
    { ...key, management_key, previous },
    `Key ${key.key_id} takes the place of ${previous.key_id}, which works until ${previous.expires_at}. Shown this once: ${management_key}`,
  )
