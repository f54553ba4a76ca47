import type { Raw } from '../source.ts'
import type { ReadFault } from './faults.ts'
import { type Line, Lines } from './lines.ts'
import { dirtOf, type Item, itemOf, type ReadRow, refusedAt, type Splitter } from './row.ts'

/** The rows of tables in a dump of PostgreSQL: its COPY blocks, as `pg_dump` writes them. Everything else is passed over. */
export class CopySplitter implements Splitter {
  readonly #lines: Lines
  readonly #tables: readonly string[]
  /** Of the open block; null: of a table that is not read. */
  #read: ReadRow | null | undefined
  #opened: Line | undefined
  #hasTable = false
  #ended = false

  constructor(tables: readonly string[], firstByte = 0) {
    this.#tables = tables
    this.#lines = new Lines({ firstByte })
  }

  push(chunk: Buffer): Item[] {
    return this.#takeAll(this.#lines.push(chunk))
  }

  end(): Item[] {
    const items = this.#takeAll(this.#lines.end())
    if (this.#ended) return items
    if (this.#opened) return [...items, refusedAt(this.#opened, 'unfinished', true)]
    return this.#hasTable ? items : [...items, refusedAt({ line: 1, byte: 0 }, 'no_table', true)]
  }

  #takeAll(lines: Line[]): Item[] {
    const items: Item[] = []
    for (const line of lines) {
      const item = this.#ended ? undefined : this.#take(line)
      if (item) items.push(item)
      if (item?.kind === 'refused' && item.ends) this.#ended = true
    }
    return items
  }

  #take(line: Line): Item | undefined {
    if (this.#read === undefined) return this.#takeStatement(line)
    if (line.text?.equals(END_OF_BLOCK)) {
      this.#read = undefined
      this.#opened = undefined
      return undefined
    }
    if (this.#read === null) return undefined
    if (!line.ended) return refusedAt(line, 'unfinished', true)
    if (!line.text) return refusedAt(line, 'line_too_long')
    return itemOf(line, line.text.length, this.#read(line.text), this.#read)
  }

  #takeStatement(line: Line): Item | undefined {
    const text = line.text?.subarray(0, MAX_STATEMENT_BYTES).toString('utf8') ?? ''
    const { table, columns } = COPY.exec(text)?.groups ?? {}
    if (table !== undefined && columns !== undefined) {
      const isRead = this.#tables.includes(nameOf(table))
      this.#read = isRead ? readerOf(columns.split(', ').map(nameOf)) : null
      this.#opened = line
      this.#hasTable ||= isRead
      return undefined
    }
    const inserted = INSERT.exec(text)?.groups?.table
    const isMissed = inserted !== undefined && this.#tables.includes(nameOf(inserted))
    return isMissed ? refusedAt(line, 'insert_statement', true) : undefined
  }
}

const END_OF_BLOCK = Buffer.from('\\.')
const MAX_STATEMENT_BYTES = 16 * 1024
const COPY = /^COPY (?<table>[^ (]+) \((?<columns>[^)]*)\) FROM stdin;$/
const INSERT = /^INSERT INTO (?<table>[^ (]+)/

/** Of `auth.users` and `"User"`: what stands behind the schema, without quotes. */
const nameOf = (identifier: string) => /"?(?<name>[^".]+)"?$/.exec(identifier)?.groups?.name ?? identifier

const readerOf =
  (columns: readonly string[]): ReadRow =>
  (bytes) =>
    readCopyRow(bytes, columns)

/** A row of a COPY block, with null for `\N`. */
function readCopyRow(bytes: Buffer, columns: readonly string[]): Raw | ReadFault {
  const dirt = dirtOf(bytes)
  if (dirt) return dirt
  const cells = bytes.toString('utf8').split('\t')
  if (cells.length !== columns.length) return 'columns_differ'
  const values = cells.map(unescapeCell)
  if (values.includes(undefined)) return 'invalid_escape'
  return Object.fromEntries(columns.map((column, i) => [column, values[i]]))
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

function unescapeCell(cell: string): string | null | undefined {
  if (cell === '\\N') return null
  if (!cell.includes('\\')) return cell
  return /^(?:[^\\]|\\[bfnrtv\\])*$/.test(cell)
    ? cell.replace(/\\(.)/g, (_, letter) => ESCAPES[letter] as string)
    : undefined
}
