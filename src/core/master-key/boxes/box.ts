import { keyIdOf } from '../../../crypto/sealed-box.ts'
import type { Deps } from '../../../platform/deps.ts'
import type { SealedColumn, SealedRow } from '../../../platform/sealed-column.ts'

/** What is sealed in a row. */
export interface Box {
  readonly row: SealedRow
  readonly sealed: string
  readonly context: string
  /** What the column is to hold with another box in it. */
  with(sealed: string): string
}

/** Undefined where the row holds none. */
export function boxOf({ member, context }: SealedColumn, row: SealedRow): Box | undefined {
  const held = row.box
  if (typeof held !== 'string' || held === '') return undefined
  const json = member === undefined ? {} : readObject(held)
  const sealed = member === undefined ? held : json[member]
  const place = context(row, json)
  if (typeof sealed !== 'string' || sealed === '' || place === undefined) return undefined
  const put = (next: string) => (member === undefined ? next : JSON.stringify({ ...json, [member]: next }))
  return { row, sealed, context: place, with: put }
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  const json: unknown = JSON.parse(text)
  return typeof json === 'object' && json !== null ? { ...json } : {}
}

/** Stands for the key of a box that opens under none that is there. */
export const LOST = 'lost'

/** The master key that a box hangs on. One that names none was sealed by whichever opens it, or else by the first that there was. */
export function keyOfBox(
  deps: Deps,
  { box }: SealedColumn,
  { sealed, context }: Box,
  firstKey: string | undefined,
): string {
  return keyIdOf(sealed) ?? box.openWith(deps, context, sealed)?.id ?? firstKey ?? LOST
}
