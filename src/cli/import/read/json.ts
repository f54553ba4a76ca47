import { type Item, itemOf, MAX_ROW_BYTES, type Place, readJsonRow, refusedAt, type Splitter } from './row.ts'

const [QUOTE, BACKSLASH, LINE_FEED] = [0x22, 0x5c, 0x0a]
const [COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x2c, 0x5b, 0x5d, 0x7b, 0x7d]

const MAX_NAME_BYTES = 128

/** Names of members from the outermost value to an array; none: the outermost value is the array. */
export type ArrayPath = readonly string[]

/** What may stand next in the array of rows. */
type Next = 'row or end' | 'row' | 'comma or end'

/**
 * The objects of an array, or of an array within an object; of several such values if they follow each other. Everything beside the array is
 * passed over unread.
 */
export class JsonSplitter implements Splitter {
  readonly #paths: readonly ArrayPath[]
  readonly #maxDepth: number
  /** Of the chunk's first byte, and the index in it of the one that is looked at. */
  #byte: number
  #index = 0
  #line = 1
  /** Of brackets, the outermost value's being 1. */
  #depth = 0
  #inText = false
  #escaped = false
  /** For each open bracket, as deep as an array may be: the name of its member that was read last; null in a list. */
  #names: (string | null | undefined)[] = []
  #text: number[] | undefined
  /** Depth of the open array of rows, 0 where none is open. */
  #arrayDepth = 0
  #next: Next = 'row or end'
  /** Whether the outermost value that is open, or was, has an array of rows. */
  #hasArray = true
  #isEmpty = true
  #row: (Place & { from: number; parts: Buffer[]; held: number }) | undefined
  #items: Item[] = []
  #ended = false

  constructor(paths: readonly ArrayPath[], firstByte = 0) {
    this.#paths = paths
    this.#maxDepth = Math.max(...paths.map((path) => path.length)) + 1
    this.#byte = firstByte
  }

  push(chunk: Buffer): Item[] {
    for (let i = 0; i < chunk.length && !this.#ended; i++) {
      const byte = chunk[i] as number
      this.#index = i
      if (this.#row) i = this.#scanRow(chunk, i)
      else if (this.#inText) this.#scanText(byte)
      else if (this.#arrayDepth > 0) this.#scanArray(byte)
      else this.#scanAround(byte)
      if (chunk[i] === LINE_FEED) this.#line++
    }
    if (this.#row) this.#hold(chunk.subarray(this.#row.from))
    if (this.#row) this.#row.from = 0
    this.#byte += chunk.length
    this.#index = 0
    return this.#taken()
  }

  end(): Item[] {
    const place = this.#row ?? this.#here()
    if (this.#isEmpty) this.#refuse(place, 'empty')
    else if (this.#depth > 0) this.#refuse(place, 'unfinished')
    return this.#taken()
  }

  #here(): Place {
    return { line: this.#line, byte: this.#byte + this.#index }
  }

  #taken(): Item[] {
    const items = this.#items
    this.#items = []
    return items
  }

  #refuse(place: Place, fault: 'empty' | 'unfinished' | 'invalid_json' | 'no_array'): void {
    this.#items.push(refusedAt(place, fault, true))
    this.#ended = true
  }

  /** From `i` to the end of the row or of the chunk. Answers the last byte that was looked at. */
  #scanRow(chunk: Buffer, i: number): number {
    let at = i
    for (; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === LINE_FEED) this.#line++
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#inText = false
      } else if (byte === QUOTE) this.#inText = true
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth++
      else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --this.#depth === this.#arrayDepth) {
        this.#endRow(chunk, at)
        return at
      }
    }
    return at
  }

  #hold(part: Buffer): void {
    const row = this.#row
    if (!row) return
    row.held += part.length
    if (row.held > MAX_ROW_BYTES) row.parts = []
    else row.parts.push(part)
  }

  #endRow(chunk: Buffer, at: number): void {
    const row = this.#row
    if (!row) return
    this.#hold(chunk.subarray(row.from, at + 1))
    const bytes = row.parts.length === 1 ? (row.parts[0] as Buffer) : Buffer.concat(row.parts)
    const isTooLong = row.held > MAX_ROW_BYTES
    this.#items.push(
      isTooLong ? refusedAt(row, 'line_too_long') : itemOf(row, row.held, readJsonRow(bytes), readJsonRow),
    )
    this.#row = undefined
    this.#next = 'comma or end'
  }

  /** In the array of rows, between them. */
  #scanArray(byte: number): void {
    if (isSpace(byte)) return
    if (byte === CLOSE_LIST && this.#next !== 'row') this.#close()
    else if (byte === COMMA && this.#next === 'comma or end') this.#next = 'row'
    else if (byte === OPEN_OBJECT && this.#next !== 'comma or end') {
      this.#row = { ...this.#here(), from: this.#index, parts: [], held: 0 }
      this.#depth++
    } else this.#refuse(this.#here(), 'invalid_json')
  }

  /** Outside of the array of rows. */
  #scanAround(byte: number): void {
    if (isSpace(byte)) return
    const isOpening = byte === OPEN_OBJECT || byte === OPEN_LIST
    this.#isEmpty = false
    if (this.#depth === 0 && !isOpening) this.#refuse(this.#here(), 'invalid_json')
    else if (isOpening) this.#open(byte)
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#close()
    else if (byte === QUOTE) {
      this.#inText = true
      this.#text = this.#depth < this.#maxDepth ? [] : undefined
    }
  }

  #open(byte: number): void {
    if (this.#depth === 0) this.#hasArray = false
    if (byte === OPEN_LIST && this.#isAtPath()) {
      this.#arrayDepth = this.#depth + 1
      this.#next = 'row or end'
      this.#hasArray = true
    }
    this.#depth++
    if (this.#depth <= this.#maxDepth) this.#names.push(byte === OPEN_LIST ? null : undefined)
  }

  #isAtPath(): boolean {
    if (this.#depth >= this.#maxDepth) return false
    return this.#paths.some((path) => path.length === this.#depth && path.every((name, i) => this.#names[i] === name))
  }

  #close(): void {
    if (this.#depth <= this.#maxDepth) this.#names.pop()
    if (this.#depth === this.#arrayDepth) this.#arrayDepth = 0
    this.#depth--
    if (this.#depth === 0 && !this.#hasArray) this.#refuse(this.#here(), 'no_array')
  }

  /** A text outside of rows: a name, or a value, which no array follows. */
  #scanText(byte: number): void {
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) {
      this.#inText = false
      const isName = this.#names[this.#depth - 1] !== null
      if (this.#text && isName) this.#names[this.#depth - 1] = Buffer.from(this.#text).toString('utf8')
      return
    }
    if (this.#text && this.#text.length < MAX_NAME_BYTES) this.#text.push(byte)
  }
}

const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
