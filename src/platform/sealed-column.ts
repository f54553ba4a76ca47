import type { ColumnValue } from './db-rows.ts'
import type { Sealing } from './key-set.ts'

export type SealedRow = Readonly<Record<string, ColumnValue>>

/**
 * A column that holds what is sealed under the master key. Declared once by whose table it is, so that a rotation of the master key finds it;
 * a test of the house finds what is not declared.
 */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** The columns of the primary key, or of another unique index that begins with the application, in its order. */
  readonly key: readonly string[]
  /** What else `context` asks for. */
  readonly needs?: readonly string[]
  readonly box: Sealing
  /** The member that is sealed, where the column is JSON. */
  readonly member?: string
  /** It dies within hours and is bound to a key by more than its box: it is counted, and left alone. */
  readonly isLeft?: true
  /** What the box was sealed with. `json`: the column, where `member` is given. Undefined where the row holds no box. */
  context(row: SealedRow, json: Readonly<Record<string, unknown>>): string | undefined
}
