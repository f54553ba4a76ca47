import { closeSync, openSync, readSync } from 'node:fs'
import type { Join, Raw, RowFile } from '../source.ts'
import type { ReadFault } from './faults.ts'
import { JoinTable } from './join-table.ts'
import { type Item, MAX_ROW_BYTES, type ReadRow, refusedAt } from './row.ts'
import { readRows } from './rows.ts'
import { type Encoding, openText } from './text.ts'

/** A file with so many rows that cannot be read is another one than was meant: the rest is not read. */
const MAX_REFUSED = 1_000

type Keys = Pick<Join, 'rowKeys' | 'userKeys'>

/** An item of one of several files. */
export type ItemOfFile<I = Item> = I & { readonly path: string }
type Refusal = Extract<Item, { kind: 'refused' }>
export type RefusedRow = ItemOfFile<Refusal>

/** How a row of an open file is read. */
interface Reader {
  readonly descriptor: number
  readonly read: ReadRow
}

/** Rows that add to users. They are read once to know where each stands, and again when its user comes. */
export class JoinedRows {
  readonly #join: Keys
  readonly #table = new JoinTable()
  readonly #readers: Reader[] = []
  /** With room for the line break that ends an entry of LDIF. */
  readonly #buffer = Buffer.allocUnsafe(MAX_ROW_BYTES * 2)
  #refused: RefusedRow[] = []
  #found = 0

  private constructor(join: Keys) {
    this.#join = join
  }

  /** Faults that are `expected` are none. */
  static async read(
    join: Keys,
    paths: readonly string[],
    file: RowFile,
    encoding: Encoding | undefined,
    expected: readonly ReadFault[] = [],
  ): Promise<JoinedRows> {
    const rows = new JoinedRows(join)
    for (const path of paths) await rows.#readFile(path, file, encoding)
    rows.#table.seal()
    rows.#refused = rows.#refused.filter(({ fault }) => !expected.includes(fault))
    return rows
  }

  /** Rows that cannot be read. */
  get refused(): RefusedRow[] {
    return this.#refused
  }

  /** How many rows there are, and how often one was found. */
  get counts(): { readonly rows: number; readonly found: number } {
    return { rows: this.#table.rows, found: this.#found }
  }

  find(user: Raw): Raw[] {
    const keys = this.#join.userKeys(user)
    const rows = this.#table.find(keys).flatMap((row) => this.#readAgain(row, keys))
    this.#found += rows.length
    return rows
  }

  close(): void {
    for (const descriptor of new Set(this.#readers.map((reader) => reader.descriptor))) closeSync(descriptor)
  }

  async #readFile(path: string, file: RowFile, encoding: Encoding | undefined): Promise<void> {
    const text = await openText(path, encoding)
    const fault = typeof text === 'string' ? text : text.isPlain ? undefined : 'not_plain'
    if (fault) this.#refused.push({ path, ...refusalOf(fault) })
    if (typeof text === 'string' || fault) return
    const descriptor = openSync(path, 'r')
    let read: ReadRow | undefined
    for await (const items of readRows(text, file)) {
      for (const item of items) {
        if (item.kind === 'refused') this.#refused.push({ path, ...item })
        else {
          if (item.again !== read) this.#readers.push({ descriptor, read: item.again })
          read = item.again
          this.#add(item)
        }
      }
      if (this.#refused.length >= MAX_REFUSED) break
    }
    if (!read) closeSync(descriptor)
  }

  #add(item: Extract<Item, { kind: 'row' }>): void {
    const keys = this.#join.rowKeys(item.row)
    if (keys.length > 0) this.#table.add(keys, { reader: this.#readers.length - 1, byte: item.byte, bytes: item.bytes })
  }

  /** None when its fingerprint alone is that of a key. Throws when something else stands there by now. */
  #readAgain(row: number, keys: readonly string[]): Raw[] {
    const { reader, byte, bytes } = this.#table.placeOf(row)
    const { descriptor, read } = this.#readers[reader] as Reader
    const count = readSync(descriptor, this.#buffer, 0, bytes, byte)
    const again = count === bytes ? read(this.#buffer.subarray(0, bytes)) : 'unfinished'
    if (typeof again === 'string') throw new ChangedFile()
    return this.#join.rowKeys(again).some((key) => keys.includes(key)) ? [again] : []
  }
}

/** A file is another one than it was a moment ago. */
export class ChangedFile extends Error {}

const refusalOf = (fault: ReadFault) => refusedAt({ line: 1, byte: 0 }, fault, true) as Refusal
