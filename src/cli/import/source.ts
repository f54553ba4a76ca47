import type { ImportRecord } from '../../core/imports/record.ts'

/** Something of a raw record that the record does not carry as it stood: left behind, repaired or decided. Never a value. */
export interface Note {
  /** One word for the report's sums: `username_only`, `phone_repaired`, `provider_unknown` … */
  readonly kind: string
  /** Where in the raw record, with dots. */
  readonly field?: string
}

export type Mapped =
  /** `external_id` is empty when the raw record has none; such a record is refused where records are judged. */
  | { readonly kind: 'record'; readonly record: ImportRecord; readonly notes: readonly Note[] }
  /** Nobody to import: deleted, anonymous, a machine's account. Counted, not refused. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly notes: readonly Note[] }

/**
 * A row of an export, as its container gives it. JSON: as it was parsed. CSV: each cell is text, an empty one `''`. COPY: each column is text, or null.
 * LDIF: `dn` is text; every other attribute a list of texts under its name as it is written, with `{base64}` in the place of a value that is no UTF-8.
 */
export type Raw = Readonly<Record<string, unknown>>

/** `json`: arrays, or objects around an array, one after the other. `copy`: the COPY blocks of `pg_dump`. */
export type Container = 'ndjson' | 'json' | 'csv' | 'ldif' | 'copy'

/** A file of rows. */
export interface RowFile {
  /** Those in which it occurs, the usual one first. */
  readonly containers: readonly Container[]
  /** JSON: names of members from the outermost value to the array, one path for each way that occurs. `[]`: the outermost value is the array. */
  readonly arrays?: readonly (readonly string[])[]
  /** CSV without a header: its columns in order. Cells beyond them mean nothing. */
  readonly columns?: readonly string[]
  /** CSV: the header is the first line with this cell in front; what stands above it is no row. */
  readonly headerFrom?: string
  /** CSV: what stands before every text and is no part of it. */
  readonly textPrefix?: string
  /** COPY: the tables whose blocks are read, without their schemas. One dump may hold the users' and those of joins. */
  readonly tables?: readonly string[]
}

/** Rows that add to a user: of a second file, or of the users' own. They come as a list, in their order, under `role` of the raw record. */
export interface Join {
  /** Also the name of the flag: `hashes` is `--hashes <file>`. Where the users' rows have the member already, rows that are found replace it. */
  readonly role: string
  /** `users`: the rows stand among the users'. */
  readonly file: RowFile | 'users'
  /** Whom a row belongs to: it is found when one of these is a key of the user. None: it is no such row. */
  rowKeys(row: Raw): readonly string[]
  userKeys(user: Raw): readonly string[]
}

/** What the operator decides. Each source takes what it knows of. */
export interface SourceOptions {
  /** Unix ms: what has ended by then has ended. */
  readonly now: number
  /** ISO 3166, two capital letters: the country of phone numbers that are written without one. */
  readonly defaultCountry?: string
  /** The scopes of whoever is in a group or has a role. Without an entry: none. */
  readonly scopesByGroup?: ReadonlyMap<string, readonly string[]>
  /** Path with dots to the id that the customer's own tables use, where it is not the legacy system's own. */
  readonly externalIdFrom?: string
  /** Okta says of no address whether it is proven; this does, of the primary one of active users. */
  readonly oktaEmailProven?: boolean
  /** Keycloak's users cannot write their own attributes, so that one of them can say that a number is proven. */
  readonly keycloakNumbersProven?: boolean
  readonly firebaseHash?: FirebaseHashParameters
  /** The name of the application's sealed pepper that was put behind every password before bcrypt. */
  readonly pepper?: string
  /** Spring: the encoder of hashes that name none, as in `{pbkdf2@SpringSecurity_v5_8}`, without the braces. */
  readonly springEncoder?: string
}

/** Of the project. The byte strings are in base64. */
export interface FirebaseHashParameters {
  readonly memCost: number
  readonly rounds: number
  readonly saltSeparator: string
  /** The key itself goes into each hash; a name, of the application's sealed keys, keeps it out of all. */
  readonly signerKey: { readonly base64: string } | { readonly name: string }
}

/** A legacy system's export, as a pure function of one raw record. */
export interface Source {
  /** As `--from` takes it. */
  readonly name: string
  /** Other names of the same. */
  readonly aliases?: readonly string[]
  readonly users: RowFile & {
    /** Where rows of other kinds stand among the users': whether one is a user. */
    isUser?(row: Raw): boolean
  }
  readonly joins?: readonly Join[]
  /** Never throws, whatever the record holds. */
  map(raw: Raw, options: SourceOptions): Mapped
}
