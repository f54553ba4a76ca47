import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../vectors/seeds')

/** What YAML of this kind can say. */
export type Yaml = string | number | boolean | null | Yaml[] | { [key: string]: Yaml }

/** The OpenAPI document inside a page of `test/vectors/seeds/`. */
export function readSeed(page: string): Yaml {
  const text = readFileSync(join(FOLDER, page), 'utf8')
  const block = /^````yaml[^\n]*\n(.*?)^````/ms.exec(text)?.[1]
  if (block === undefined) throw new Error(`${page} has no YAML block`)
  return parseYaml(block)
}

interface Line {
  readonly indent: number
  readonly text: string
}

/**
 * Reads the YAML that OpenAPI documents are written in: block mappings and sequences, plain and quoted scalars, `>` and `|` blocks, `[]`
 * and `{}`. Throws at anything else, rather than guess.
 */
export function parseYaml(source: string): Yaml {
  const lines = source
    .split('\n')
    .map((line) => ({ indent: line.search(/\S|$/), text: line.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'))
  const value = parseBlock(lines, lines[0]?.indent ?? 0)
  if (lines[0]) throw new Error(`not read: ${lines[0].text}`)
  return value
}

/** Takes the lines of one block off the front of `lines`. */
function parseBlock(lines: Line[], indent: number): Yaml {
  if (isItem(lines[0])) return parseSequence(lines, indent)
  const mapping: { [key: string]: Yaml } = {}
  while (lines[0]?.indent === indent && !isItem(lines[0])) {
    const { text } = lines.shift() as Line
    const match = /^(?:'([^']*)'|"([^"]*)"|([^\s'"[\]{}#&*!|>%@`-][^:#]*?)):(?: +(.*))?$/.exec(text)
    if (!match) throw new Error(`no key and value: ${text}`)
    const key = match[1] ?? match[2] ?? match[3] ?? ''
    if (Object.hasOwn(mapping, key)) throw new Error(`twice in one mapping: ${key}`)
    mapping[key] = match[4] === undefined ? parseNested(lines, indent) : parseValue(match[4], lines, indent)
  }
  return mapping
}

const isItem = (line: Line | undefined) => line !== undefined && /^-( |$)/.test(line.text)

function parseSequence(lines: Line[], indent: number): Yaml[] {
  const items: Yaml[] = []
  while (lines[0]?.indent === indent && isItem(lines[0])) {
    const { text } = lines.shift() as Line
    const rest = text.slice(1).trimStart()
    const isMapping = /^(?:'[^']*'|"[^"]*"|[\w$-]+):(?: |$)/.test(rest)
    if (rest === '') items.push(parseNested(lines, indent))
    else if (!isMapping) items.push(parseValue(rest, lines, indent))
    else {
      const inner = indent + text.length - rest.length
      lines.unshift({ indent: inner, text: rest })
      items.push(parseBlock(lines, inner))
    }
  }
  return items
}

/** The value of a key with nothing behind it: a deeper block, a sequence at the same depth, or null. */
function parseNested(lines: Line[], indent: number): Yaml {
  const [next] = lines
  if (next && (next.indent > indent || (next.indent === indent && isItem(next)))) return parseBlock(lines, next.indent)
  return null
}

function parseValue(text: string, lines: Line[], indent: number): Yaml {
  if (!/^[>|][-+]?$/.test(text)) return parseScalar(text)
  const folded: string[] = []
  while (lines[0] && lines[0].indent > indent) folded.push((lines.shift() as Line).text)
  return folded.join(text.startsWith('>') ? ' ' : '\n')
}

function parseScalar(text: string): Yaml {
  if (text === '[]') return []
  if (text === '{}') return {}
  if (/^'([^']|'')*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'")
  if (/^"[^"\\]*"$/.test(text)) return text.slice(1, -1)
  if (/^['"[{&*!|>%@`]/.test(text) || / #/.test(text)) throw new Error(`not the YAML we read: ${text}`)
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return text === 'true' ? true : text === 'false' ? false : text === 'null' ? null : text
}
