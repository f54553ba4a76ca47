import { NAME_COLUMNS, type NameColumn } from './names.ts'

/** Where a list of users goes on, by the order of the list. */
export type Cursor =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'time'; readonly createdAt: number; readonly id: string }
  /** Among those whom a text names. */
  | { readonly kind: 'named'; readonly id: string }
  /** Among phone numbers that begin alike. */
  | { readonly kind: 'number'; readonly value: string; readonly id: string }
  | { readonly kind: 'name'; readonly column: NameColumn; readonly key: string; readonly id: string }

/** In which order a list is: of making, by id or by time; or whom a text names, then by number, then by names. */
export type Order = 'id' | 'time' | 'name'

/** Longer than any there is. */
export const MAX_CURSOR_CHARS = 256

export function writeCursor(cursor: Cursor): string {
  switch (cursor.kind) {
    case 'id':
      return cursor.id
    case 'time':
      return `${cursor.createdAt}.${cursor.id}`
    case 'named':
      return `is.${cursor.id}`
    case 'number':
      return `${cursor.value}.${cursor.id}`
    case 'name':
      return `${NAME_COLUMNS.indexOf(cursor.column)}-${cursor.key}.${cursor.id}`
  }
}

const FORM =
  /^(?:(?<time>\d{1,15})|(?<named>is)|(?<number>\+\d{1,32})|(?<column>[012])-(?<key>[0-9a-f]{0,128}))\.(?<id>[0-9a-z_]{1,64})$/

/** Undefined when the text is none that a list in this order has said. */
export function readCursor(text: string, order: Order): Cursor | undefined {
  if (order === 'id') return { kind: 'id', id: text }
  const { time, named, number, column, key, id = '' } = FORM.exec(text)?.groups ?? {}
  if (order === 'time') return time === undefined ? undefined : { kind: 'time', createdAt: Number(time), id }
  if (named !== undefined) return { kind: 'named', id }
  if (number !== undefined) return { kind: 'number', value: number, id }
  const name = NAME_COLUMNS[Number(column)]
  return name === undefined || key === undefined ? undefined : { kind: 'name', column: name, key, id }
}
