import type { ImportRecord } from '../../core/imports/record.ts'

/** Something of a raw record that the record does not carry: left behind, repaired or decided for the reader. Never a value. */
export interface Note {
  /** One word for the report's sums: `username_only`, `phone_repaired`, `provider_unknown` … */
  readonly kind: string
  /** Where in the raw record, with dots. */
  readonly field?: string
}

export type Mapped =
  | { readonly kind: 'record'; readonly record: ImportRecord; readonly notes: readonly Note[] }
  /** Nobody to import: deleted, anonymous, a machine's account. Counted, not refused. */
  | { readonly kind: 'skipped'; readonly reason: string; readonly notes: readonly Note[] }

/** A legacy system's export, as a pure function of one raw record. */
export interface Source<Options = object> {
  readonly name: string
  map(raw: Readonly<Record<string, unknown>>, options: Options): Mapped
}
