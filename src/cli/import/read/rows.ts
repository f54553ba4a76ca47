import type { Container, RowFile } from '../source.ts'
import { CopySplitter } from './copy.ts'
import { CsvSplitter } from './csv.ts'
import { JsonSplitter } from './json.ts'
import { LdifSplitter } from './ldif.ts'
import { ndjson } from './ndjson.ts'
import { type Item, refusedAt, type Splitter } from './row.ts'
import { BrokenText, type Encoding, openText, type Text } from './text.ts'

const START = { line: 1, byte: 0 }

/** The rows of a text, in batches; what cannot be read stands among them, and ends them where nothing behind it can be read. */
export async function* readRows(text: Text, file: RowFile): AsyncGenerator<Item[]> {
  const container = containerOf(text.head, file)
  const splitter = container ? splitterOf(container, file, text.firstByte) : UNKNOWN
  let last = START
  try {
    for await (const chunk of text.chunks) {
      const items = splitter.push(chunk)
      last = items.at(-1) ?? last
      yield items
      if (hasEnd(items)) return
    }
    yield splitter.end()
  } catch (error) {
    if (!(error instanceof BrokenText)) throw error
    yield [refusedAt(last, error.fault, true)]
  }
}

const UNKNOWN: Splitter = {
  push: () => [refusedAt(START, 'unknown_container', true)],
  end: () => [refusedAt(START, 'empty', true)],
}

const hasEnd = (items: readonly Item[]) => {
  const last = items.at(-1)
  return last?.kind === 'refused' && last.ends
}

function splitterOf(container: Container, file: RowFile, firstByte: number): Splitter {
  if (container === 'json') return new JsonSplitter(file.arrays ?? [[]], firstByte)
  if (container === 'csv') return new CsvSplitter(file, firstByte)
  if (container === 'ldif') return new LdifSplitter(firstByte)
  if (container === 'copy') return new CopySplitter(file.tables ?? [], firstByte)
  return ndjson(firstByte)
}

/** In which of a source's containers a file is; undefined when in none. */
export async function containerOfFile(
  path: string,
  file: RowFile,
  encoding: Encoding | undefined,
): Promise<Container | undefined> {
  const text = await openText(path, encoding)
  if (typeof text === 'string') return undefined
  for await (const _ of text.chunks) break
  return containerOf(text.head, file)
}

/** The same, by how it begins. */
function containerOf(head: Buffer, { containers, arrays = [[]] }: RowFile): Container | undefined {
  const text = head.toString('utf8').trimStart()
  if (text === '') return undefined
  const is = (container: Container) => containers.includes(container)
  if (text.startsWith('{')) {
    if (!is('json') || !arrays.some(({ length }) => length > 0)) return is('ndjson') ? 'ndjson' : undefined
    return is('ndjson') && !holdsArray(text, arrays) ? 'ndjson' : 'json'
  }
  if (text.startsWith('[')) return is('json') ? 'json' : undefined
  if (is('ldif') && /^(?:#|version:|dn:)/i.test(text)) return 'ldif'
  if (is('copy') && /^(?:--|SET |COPY |\\restrict )/.test(text)) return 'copy'
  return is('csv') ? 'csv' : undefined
}

/** Whether the first line is no whole object of its own, or one with the array. */
function holdsArray(text: string, arrays: readonly (readonly string[])[]): boolean {
  const end = text.indexOf('\n')
  try {
    const value: unknown = JSON.parse(end === -1 ? text : text.slice(0, end))
    return arrays.some((path) => path.length > 0 && Array.isArray(path.reduce(memberOf, value)))
  } catch {
    return !/^\{[^\n]*\}\s*\n\s*\{/.test(text)
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
