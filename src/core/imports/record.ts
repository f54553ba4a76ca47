import type { Identifier } from '../identifiers/identifier.ts'

/** A user as an import names them: one line of NDJSON, as a file is written and before anything in it is judged. */
export interface ImportRecord {
  /** The id that the customer's own tables use, with its prefix. */
  readonly external_id: string
  readonly identifiers: readonly ImportedIdentifier[]
  readonly profile: Readonly<Record<string, unknown>>
  readonly scopes: readonly string[]
  readonly groups: readonly string[]
  readonly federated_identities: readonly { readonly provider: string; readonly subject: string }[]
  /** One of the forms that logins understand. */
  readonly password_hash?: string
  /** RFC 3339, as all times here. */
  readonly created_at?: string
  /** Of the record, where the source says: of two, the later one wins. */
  readonly updated_at?: string
  /** When the legacy system saw them last. */
  readonly last_seen_at?: string
  readonly status: 'active' | 'blocked'
  /** What cannot be used yet and is kept sealed: `totp`, `username`, `passkey`, `group` … */
  readonly leftovers?: readonly { readonly kind: string; readonly value: unknown }[]
}

export interface ImportedIdentifier extends Identifier {
  /** Whether the legacy system says so of this very address. */
  readonly verified: boolean
  readonly verified_at?: string
}
