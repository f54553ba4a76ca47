import { isUtf8 } from 'node:buffer'
import type { Raw } from '../source.ts'
import type { ReadFault } from './faults.ts'
import { type Line, Lines } from './lines.ts'
import { dirtOf, type Item, itemOf, MAX_ROW_BYTES, refusedAt, type Splitter } from './row.ts'

const SPACE = 0x20
const HASH = 0x23

/** Entries of a directory, RFC 2849: `dn` and lists of values. Changes are refused. */
export class LdifSplitter implements Splitter {
  readonly #lines: Lines
  #entry: Line[] = []
  #held = 0
  #isEmpty = true

  constructor(firstByte = 0) {
    this.#lines = new Lines({ firstByte })
  }

  push(chunk: Buffer): Item[] {
    return this.#lines.push(chunk).flatMap((line) => this.#take(line))
  }

  end(): Item[] {
    const items = this.#lines.end().flatMap((line) => this.#take(line))
    const [first] = this.#entry
    const read = first && readEntry(this.#entry)
    // An entry ends with an empty line: without one, attributes may lack.
    const fault = read === 'search_incomplete' ? read : 'unfinished'
    if (first && read !== undefined) return [...items, refusedAt(first, fault, true)]
    return this.#isEmpty ? [refusedAt({ line: 1, byte: 0 }, 'empty', true)] : items
  }

  #take(line: Line): Item[] {
    if (line.text?.length !== 0) {
      this.#isEmpty = false
      this.#held += line.text?.length ?? MAX_ROW_BYTES
      // The first line stays, for its place.
      if (this.#held <= MAX_ROW_BYTES || this.#entry.length === 0) this.#entry.push(line)
      return []
    }
    const [entry, first, isTooLong] = [this.#entry, this.#entry[0], this.#held > MAX_ROW_BYTES]
    this.#entry = []
    this.#held = 0
    if (!first) return []
    if (isTooLong) return [refusedAt(first, 'line_too_long')]
    const read = readEntry(entry)
    return read === undefined ? [] : [itemOf(first, line.byte - first.byte, read, readLdifRow)]
  }
}

function readLdifRow(bytes: Buffer): Raw | ReadFault {
  const lines = new Lines()
  return readEntry([...lines.push(bytes), ...lines.end()].filter(({ text }) => text?.length !== 0)) ?? 'invalid_ldif'
}

/** Undefined: nobody's, like the version, a comment or the end of a search. */
function readEntry(lines: readonly Line[]): Raw | ReadFault | undefined {
  const attributes = new Map<string, unknown[]>()
  for (const text of unfold(lines)) {
    if (text[0] === HASH) continue
    const read = readAttribute(text)
    if (typeof read === 'string') return read
    if (/^version$/i.test(read.name)) continue
    const values = attributes.get(read.name)
    if (values) values.push(read.value)
    else attributes.set(read.name, [read.value])
  }
  return entryOf(attributes)
}

function entryOf(attributes: ReadonlyMap<string, readonly unknown[]>): Raw | ReadFault | undefined {
  if (attributes.size === 0) return undefined
  const names = [...attributes.keys()]
  const dn = attributes.get('dn')
  if (!dn) {
    if (!names.includes('search') || !names.includes('result')) return 'invalid_ldif'
    return /^0\b/.test(String(attributes.get('result'))) ? undefined : 'search_incomplete'
  }
  if (names.includes('changetype')) return 'ldif_change'
  if (dn.length !== 1 || typeof dn[0] !== 'string') return 'invalid_ldif'
  return { ...Object.fromEntries(attributes), dn: dn[0] }
}

/** A line that begins with a space goes on with the one before, comments too. */
function unfold(lines: readonly Line[]): Buffer[] {
  const unfolded: Buffer[][] = []
  for (const { text } of lines) {
    if (!text) continue
    if (text[0] === SPACE && unfolded.length > 0) unfolded.at(-1)?.push(text.subarray(1))
    else unfolded.push([text])
  }
  return unfolded.map((parts) => (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)))
}

const ATTRIBUTE = /^(?<name>[A-Za-z0-9][A-Za-z0-9.-]*(?:;[A-Za-z0-9.=-]+)*):(?<kind>[:<]?) *(?<text>.*)$/s

function readAttribute(bytes: Buffer): { name: string; value: unknown } | ReadFault {
  const dirt = dirtOf(bytes)
  if (dirt) return dirt
  const { name, kind, text = '' } = ATTRIBUTE.exec(bytes.toString('utf8'))?.groups ?? {}
  if (name === undefined) return 'invalid_ldif'
  if (kind === '<') return 'ldif_url'
  if (kind !== ':') return { name, value: text }
  const value = decodeBase64(text)
  return value === undefined ? 'invalid_base64' : { name, value }
}

/** Text where the bytes are UTF-8 without NUL, else what it was. */
function decodeBase64(text: string): string | { base64: string } | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined
  const bytes = Buffer.from(text, 'base64')
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : { base64: text }
}
