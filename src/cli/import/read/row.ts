import { isUtf8 } from 'node:buffer'
import type { Raw } from '../source.ts'
import type { ReadFault } from './faults.ts'

/** Where something begins in a file. Of a file that is packed or not in UTF-8: in what comes of unpacking and decoding it. */
export interface Place {
  /** From 1. */
  readonly line: number
  /** From 0. */
  readonly byte: number
}

/** Reads the bytes of a row that stands alone. */
export type ReadRow = (bytes: Buffer) => Raw | ReadFault

export type Item =
  /** `bytes`: how long it is. `again` reads the same row of them. */
  | (Place & { readonly kind: 'row'; readonly bytes: number; readonly row: Raw; readonly again: ReadRow })
  /** `ends`: nothing behind it can be read. */
  | (Place & { readonly kind: 'refused'; readonly fault: ReadFault; readonly ends: boolean })

/** Cuts a file into its rows, whatever pieces it comes in. After an item that `ends` it is not asked again. */
export interface Splitter {
  push(chunk: Buffer): Item[]
  end(): Item[]
}

/** What is longer is no row of a user. */
export const MAX_ROW_BYTES = 1024 * 1024

export const refusedAt = ({ line, byte }: Place, fault: ReadFault, ends = false): Item => ({
  kind: 'refused',
  line,
  byte,
  fault,
  ends,
})

/** What no text may hold. */
export function dirtOf(bytes: Buffer): ReadFault | undefined {
  if (!isUtf8(bytes)) return 'broken_utf8'
  if (bytes.includes(0)) return 'nul_byte'
  return bytes.includes(0x1a) ? 'control_z' : undefined
}

const isRow = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value)

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown
/** The types of the language do not know yet that a reviver is told how a number is written. */
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown

/** A whole number beyond what JavaScript counts exactly is a bigint: it is somebody's id. */
const exactly: Reviver = (_, value, { source }) =>
  typeof value === 'number' && source !== undefined && /^-?\d{16,}$/.test(source) && !Number.isSafeInteger(value)
    ? BigInt(source)
    : value

const parseExactly = (text: string) => (/\d{16}/.test(text) ? parse(text, exactly) : parse(text))

/** The JSON object that a row is written as. */
export function readJsonRow(bytes: Buffer): Raw | ReadFault {
  if (!isUtf8(bytes)) return 'broken_utf8'
  try {
    const value = parseExactly(bytes.toString('utf8'))
    return isRow(value) ? value : 'not_an_object'
  } catch {
    return dirtOf(bytes) ?? 'invalid_json'
  }
}

/** The row at a place, or what is wrong with it. */
export const itemOf = (place: Place, bytes: number, read: Raw | ReadFault, again: ReadRow): Item =>
  typeof read === 'string'
    ? refusedAt(place, read)
    : { kind: 'row', line: place.line, byte: place.byte, bytes, row: read, again }
