import { parse } from 'csv-parse/sync'
import type { Raw, RowFile } from '../source.ts'
import type { ReadFault } from './faults.ts'
import { type Line, Lines } from './lines.ts'
import { dirtOf, type Item, itemOf, type ReadRow, refusedAt, type Splitter } from './row.ts'

type Shape = Pick<RowFile, 'columns' | 'headerFrom' | 'textPrefix'>
type Cells = readonly string[]

/** What a CSV file's rows are read by. */
interface CsvForm {
  readonly columns: Cells
  readonly separator: string
  /** Whether a row has as many cells as there are columns; else it may have more. */
  readonly exact: boolean
  readonly textPrefix: string | undefined
}

const SEPARATORS = [',', ';', '\t'] as const

/** RFC 4180, with line breaks between quotes; the separator is the one that the first line has most of. */
export class CsvSplitter implements Splitter {
  readonly #lines: Lines
  readonly #shape: Shape
  #form: CsvForm | undefined
  #again: ReadRow | undefined
  #isEmpty = true
  #ended = false

  constructor(shape: Shape, firstByte = 0) {
    this.#shape = shape
    this.#lines = new Lines({ quoted: true, firstByte })
  }

  push(chunk: Buffer): Item[] {
    return this.#read(this.#lines.push(chunk))
  }

  end(): Item[] {
    const items = this.#read(this.#lines.end())
    if (this.#ended || this.#form) return items
    return [...items, refusedAt({ line: 1, byte: 0 }, this.#isEmpty ? 'empty' : 'no_header', true)]
  }

  #read(lines: Line[]): Item[] {
    const filled = lines.filter(isFilled)
    if (filled.length > 0) this.#isEmpty = false
    let from = 0
    for (; !this.#form && from < filled.length; from++) {
      const line = filled[from] as Line
      const fault = this.#readHead(line)
      if (fault) return this.#refuse(line, fault)
      // Where the columns are known, the first line is a row.
      if (this.#form && this.#shape.columns) break
    }
    return this.#form && !this.#ended ? this.#readRows(filled.slice(from), this.#form) : []
  }

  #readHead(line: Line): ReadFault | undefined {
    const { columns, headerFrom, textPrefix } = this.#shape
    if (!line.text) return 'line_too_long'
    const separator = separatorOf(line.text)
    if (columns) {
      this.#form = { columns, separator, exact: false, textPrefix }
      return undefined
    }
    const dirt = dirtOf(line.text)
    const names = parseLines([line.text], separator)?.[0]?.map((name) => name.trim())
    if (dirt || !names) return dirt ?? 'invalid_quote'
    if (headerFrom !== undefined && names[0] !== headerFrom) return undefined
    if (!line.ended) return 'unfinished'
    if (names.includes('') || new Set(names).size < names.length) return 'invalid_header'
    this.#form = { columns: names, separator, exact: true, textPrefix }
    return undefined
  }

  #refuse(line: Line, fault: ReadFault): Item[] {
    this.#ended = true
    return [refusedAt(line, fault, true)]
  }

  #readRows(lines: Line[], form: CsvForm): Item[] {
    const rows = parseTogether(lines, form.separator)
    this.#again ??= (bytes) => readCsvRow(bytes, form)
    const items: Item[] = []
    for (const [i, line] of lines.entries()) {
      const item = readRow(line, form, rows?.[i], this.#again)
      items.push(item)
      if (item.kind !== 'refused' || !item.ends) continue
      this.#ended = true
      break
    }
    return items
  }
}

function readCsvRow(bytes: Buffer, form: CsvForm): Raw | ReadFault {
  const dirt = dirtOf(bytes)
  if (dirt) return dirt
  const cells = parseLines([bytes], form.separator)?.[0]
  return cells ? rowOf(cells, form) : 'invalid_quote'
}

function readRow(line: Line, form: CsvForm, cells: Cells | undefined, again: ReadRow): Item {
  if (!line.text) return refusedAt(line, 'line_too_long')
  // A row that the file's end cut off looks like a whole one.
  if (!line.ended) return refusedAt(line, 'unfinished', true)
  const read = cells ? (dirtOf(line.text) ?? rowOf(cells, form)) : readCsvRow(line.text, form)
  // Behind a wrong quote nobody knows where a row begins.
  return read === 'invalid_quote' ? refusedAt(line, read, true) : itemOf(line, line.text.length, read, again)
}

function rowOf(cells: Cells, { columns, exact, textPrefix }: CsvForm): Raw | ReadFault {
  if (cells.length < columns.length || (exact && cells.length > columns.length)) return 'columns_differ'
  return Object.fromEntries(columns.map((column, i) => [column, withoutPrefix(cells[i] as string, textPrefix)]))
}

const withoutPrefix = (cell: string, prefix: string | undefined) =>
  prefix !== undefined && cell.startsWith(prefix) ? cell.slice(prefix.length) : cell

const isFilled = ({ text }: Line) => text === undefined || text.length > 0

/** All lines at once, which is fast; undefined when that does not give a row for each. */
function parseTogether(lines: Line[], separator: string): Cells[] | undefined {
  const texts = lines.map(({ text }) => text)
  if (texts.includes(undefined)) return undefined
  const rows = parseLines(texts as Buffer[], separator)
  return rows?.length === lines.length ? rows : undefined
}

const LINE_BREAK = Buffer.from('\n')

/** Undefined when a quote stands where none may. */
function parseLines(lines: readonly Buffer[], separator: string): Cells[] | undefined {
  if (lines.length === 0) return []
  try {
    const joined = lines.length === 1 ? lines[0] : Buffer.concat(lines.flatMap((line) => [line, LINE_BREAK]))
    return parse(joined as Buffer, { delimiter: separator, record_delimiter: '\n', relax_column_count: true })
  } catch (error) {
    if ((error as { code?: unknown }).code === undefined) throw error
    return undefined
  }
}

/** Of a first line; cells between quotes do not count. */
function separatorOf(line: Buffer): string {
  const bare = line.toString('utf8').replace(/"[^"]*"/g, '')
  const counts = SEPARATORS.map((separator) => ({ separator, count: bare.split(separator).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).separator
}
