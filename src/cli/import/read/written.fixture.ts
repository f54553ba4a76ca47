import type { Raw, RowFile } from '../source.ts'
import type { Item, ReadRow } from './row.ts'
import { readRows } from './rows.ts'
import { type Encoding, readText } from './text.ts'

/** The same three columns in each container: what a file is like, how it is written, and what comes of a row in it. */
export const CONTAINERS: Readonly<
  Record<string, { file: RowFile; write(rows: Texts[]): string; read(row: Texts): Raw }>
> = {
  ndjson: {
    file: { containers: ['ndjson'] },
    write: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    read: (row) => row,
  },
  'ndjson of Windows': {
    file: { containers: ['ndjson', 'json'], arrays: [['users']] },
    write: (rows) => rows.map((row) => `${JSON.stringify(row)}\r\n\r\n`).join(''),
    read: (row) => row,
  },
  'an array': {
    file: { containers: ['json'] },
    write: (rows) => ` [${rows.map((row) => JSON.stringify(row, null, 1)).join(' ,\n')}\n]\n`,
    read: (row) => row,
  },
  'an object around an array': {
    file: { containers: ['json'], arrays: [['users'], ['data', 'users']] },
    write: (rows) =>
      `{"users": {"users":[[1]]}, "note": "\\"users\\":[", "n": [["users",[{}]]], "data": {"users":${JSON.stringify(rows)}}, "end": [{"users":[]}]}`,
    read: (row) => row,
  },
  'arrays one after the other': {
    file: { containers: ['json'], arrays: [['results'], []] },
    write: (rows) => `${rows.map((row) => JSON.stringify({ results: [row] })).join('\n')}\n[]`,
    read: (row) => row,
  },
  csv: {
    file: { containers: ['csv'] },
    write: (rows) => `a,b,c\n${rows.map(({ a, b, c }) => `${quoted(a)},${quoted(b)},${quoted(c)}\n`).join('')}`,
    read: (row) => row,
  },
  'csv of a German Excel': {
    file: { containers: ['csv'] },
    write: (rows) => `a;b;c\r\n${rows.map(({ a, b, c }) => `${quoted(a)};${quoted(b)};${quoted(c)}\r\n`).join('')}`,
    read: (row) => row,
  },
  'csv without a header': {
    file: { containers: ['csv'], columns: ['a', 'b', 'c'] },
    write: (rows) => rows.map(({ a, b, c }) => `${quoted(a)},${quoted(b)},${quoted(c)},\n`).join(''),
    read: (row) => row,
  },
  'csv with lines above its header': {
    file: { containers: ['csv'], headerFrom: 'a' },
    write: (rows) =>
      `cost,1 << 15\n"salt, of all",8\n\na,b,c\n${rows.map(({ a, b, c }) => `${quoted(a)},${quoted(b)},${quoted(c)}\n`).join('')}`,
    read: (row) => row,
  },
  ldif: {
    file: { containers: ['ldif'] },
    write: (rows) =>
      `version: 1\n\n${rows.map((row) => `${entry(row)}\n\n`).join('')}# the end\nsearch: 2\nresult: 0 Success\n\n`,
    read: ({ a, b, c }) => ({ dn: 'uid=x', a: [a], b: [b, b], c: [c] }),
  },
  copy: {
    file: { containers: ['copy'], tables: ['users', 'Logins'] },
    write: (rows) =>
      `--\nSET x = 1;\nCOPY auth.other (a, b) FROM stdin;\nx\n\\.\n\n${rows
        .map((row, i) => `COPY auth.${i % 2 ? 'users' : '"Logins"'} (a, "b", c) FROM stdin;\n${copied(row)}\n\\.\n`)
        .join('')}COPY users (a) FROM stdin;\n\\.\n`,
    read: (row) => row,
  },
}

export interface Texts extends Raw {
  readonly a: string
  readonly b: string
  readonly c: string
}

const quoted = (text: string) => (/^[\w ]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`)

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const copied = ({ a, b, c }: Texts) =>
  [a, b, c].map((text) => text.replace(/[\\\t\n\r]/g, (letter) => ESCAPES[letter] as string)).join('\t')

/** Folded in the middle of everything, of base64 too. */
const entry = ({ a, b, c }: Texts) =>
  ['dn: uid=x', attribute('a', a), attribute('b', b), attribute('b', b), '# no\n  longer', attribute('c', c)].join('\n')
const attribute = (name: string, text: string) =>
  (/^[!-9;A-~][!-~]*$/.test(text) ? `${name}: ${text}` : `${name}:: ${Buffer.from(text).toString('base64')}`).replace(
    /(.{7})(?=.)/g,
    '$1\n ',
  )

/** Everything that is read of bytes in these pieces. */
export async function readAll(pieces: readonly Buffer[], file: RowFile, encoding?: Encoding): Promise<Item[]> {
  const text = await readText(iterate(pieces), encoding)
  if (typeof text === 'string') return [{ kind: 'refused', line: 1, byte: 0, fault: text, ends: true }]
  const items: Item[] = []
  for await (const some of readRows(text, file)) items.push(...some)
  return items
}

async function* iterate(pieces: readonly Buffer[]) {
  yield* pieces
}

export const rowsOf = (items: readonly Item[]) => items.flatMap((item) => (item.kind === 'row' ? [item.row] : []))
export const refusalsOf = (items: readonly Item[]) => items.flatMap((item) => (item.kind === 'refused' ? [item] : []))

/** What comes of reading each row once more, at its place. */
export function readAgain(bytes: Buffer, items: readonly Item[]): ReturnType<ReadRow>[] {
  return items.flatMap((item) =>
    item.kind === 'row' ? [item.again(bytes.subarray(item.byte, item.byte + item.bytes))] : [],
  )
}
