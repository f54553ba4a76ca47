import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { RowFile } from '../source.ts'
import { READ_FAULTS, type ReadFault } from './faults.ts'
import { MAX_ROW_BYTES } from './row.ts'
import type { Encoding } from './text.ts'
import { readAll, refusalsOf, rowsOf } from './written.fixture.ts'

const NDJSON: RowFile = { containers: ['ndjson'] }
const JSON_USERS: RowFile = { containers: ['json'], arrays: [['users'], []] }
const EITHER: RowFile = { containers: ['ndjson', 'json'], arrays: [['users']] }
const CSV: RowFile = { containers: ['csv'] }
const LDIF: RowFile = { containers: ['ldif'] }
const COPY: RowFile = { containers: ['copy'], tables: ['users'] }

const LONG = 'x'.repeat(MAX_ROW_BYTES)
const users = (rows: string) => `{"users": [\n${rows}\n]}`
const block = (rows: string) => `COPY public.users (id, email) FROM stdin;\n${rows}\n\\.\n`

/** A file, the rows that are read of it, and where each refusal is: fault, line, byte, whether it ends the file. */
type Case = readonly [
  name: string,
  file: RowFile,
  bytes: string | Buffer,
  rows: readonly object[],
  refusals?: readonly (readonly [fault: ReadFault, line: number, byte: number, ends?: true])[],
  encoding?: Encoding,
]

const CASES: readonly Case[] = [
  ['nothing', NDJSON, '', [], [['empty', 1, 0, true]]],
  ['a byte order mark and nothing', CSV, '\ufeff', [], [['empty', 1, 0, true]]],
  ['a byte order mark', NDJSON, '\ufeff{"a":1}\n{', [{ a: 1 }], [['unfinished', 2, 11]]],
  ['a line that is no JSON', NDJSON, '{"a":1}\n{"a":,}\n{"a":3}\n', [{ a: 1 }, { a: 3 }], [['invalid_json', 2, 8]]],
  [
    'a list, a text and null',
    NDJSON,
    '{}\n[]\n"a"\nnull\n',
    [{}],
    [
      ['not_an_object', 2, 3],
      ['not_an_object', 3, 6],
      ['not_an_object', 4, 10],
    ],
  ],
  ['a last line that is cut', NDJSON, '{"a":1}\n{"a":', [{ a: 1 }], [['unfinished', 2, 8]]],
  [
    'bytes that are no UTF-8',
    NDJSON,
    Buffer.from('{"a":"\xff"}\n{"a":2}\n', 'latin1'),
    [{ a: 2 }],
    [['broken_utf8', 1, 0]],
  ],
  ['a NUL', NDJSON, '{"a":"\0"}\n{"a":2}\n', [{ a: 2 }], [['nul_byte', 1, 0]]],
  ['0x1A at the end', NDJSON, '{"a":1}\n\u001a', [{ a: 1 }], [['control_z', 2, 8]]],
  ['a line over 1 MiB', NDJSON, `{"a":"${LONG}"}\n{"a":2}\n`, [{ a: 2 }], [['line_too_long', 1, 0]]],
  [
    'an id beyond 2^53',
    NDJSON,
    '{"a":90071992547409931,"b":[1.5e300,1234567890123456]}\n',
    [{ a: 90071992547409931n, b: [1.5e300, 1234567890123456] }],
  ],
  ['an object around an array where lines are read too', EITHER, '{"users":[{"a":1}]}\n', [{ a: 1 }]],
  ['the same over several lines', EITHER, '{\n"users":[{"a":1}]}\n', [{ a: 1 }]],
  ['lines where an array is read too', EITHER, '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
  ['lines of which the first is broken', EITHER, '{"a":}\n{"a":2}\n', [{ a: 2 }], [['invalid_json', 1, 0]]],
  [
    'a row that is no JSON',
    JSON_USERS,
    users('{"a":1},\n{"a":01},\n{"a":3}'),
    [{ a: 1 }, { a: 3 }],
    [['invalid_json', 3, 21]],
  ],
  ['no array of users', JSON_USERS, '{"realm":"shop","roles":[{"users":[{}]}]}', [], [['no_array', 1, 40, true]]],
  ['a row that is no object', JSON_USERS, users('{"a":1},7'), [{ a: 1 }], [['invalid_json', 2, 20, true]]],
  ['a comma too many', JSON_USERS, '[{"a":1},]', [{ a: 1 }], [['invalid_json', 1, 9, true]]],
  ['a comma too few', JSON_USERS, '[{"a":1}{"a":2}]', [{ a: 1 }], [['invalid_json', 1, 8, true]]],
  ['text behind the array', JSON_USERS, '[{"a":1}]\nBye', [{ a: 1 }], [['invalid_json', 2, 10, true]]],
  [
    'a bracket that is never closed',
    JSON_USERS,
    users('{"a":1},\n{"a":[2}'),
    [{ a: 1 }],
    [
      ['invalid_json', 3, 21],
      ['invalid_json', 4, 31, true],
    ],
  ],
  [
    'a bracket of a row that is never closed',
    JSON_USERS,
    '[{"a":1},\n{"a":[2}',
    [{ a: 1 }],
    [['unfinished', 2, 10, true]],
  ],
  ['a row over 1 MiB', JSON_USERS, users(`{"a":"${LONG}"},{"a":2}`), [{ a: 2 }], [['line_too_long', 2, 12]]],
  [
    'a row with bytes that are no UTF-8',
    JSON_USERS,
    Buffer.from(users('{"a":"\xff"},{"a":2}'), 'latin1'),
    [{ a: 2 }],
    [['broken_utf8', 2, 12]],
  ],
  ['UTF-16 of Excel', CSV, Buffer.from('\ufeffa\tb\r\nJosé\t"x\r\ny"\r\n', 'utf16le'), [{ a: 'José', b: 'x\r\ny' }]],
  [
    'UTF-16 that is broken',
    CSV,
    Buffer.from([0xff, 0xfe, 0x61, 0, 0x0a, 0, 0, 0xdc]),
    [],
    [['broken_utf16', 1, 0, true]],
  ],
  ['UTF-16 the other way round', CSV, Buffer.from([0xfe, 0xff, 0, 0x61]), [], [['utf16_big_endian', 1, 0, true]]],
  ['Windows-1252, asked for', CSV, Buffer.from('a\nJos\xe9 \x80\n', 'latin1'), [{ a: 'José €' }], [], 'windows-1252'],
  [
    'Windows-1252, not asked for',
    CSV,
    Buffer.from('a,b\nJos\xe9,1\nAnn,2\n', 'latin1'),
    [{ a: 'Ann', b: '2' }],
    [['broken_utf8', 2, 4]],
  ],
  ['semicolons', CSV, 'a;"b,c,d,e"\n1;2,5\n', [{ a: '1', 'b,c,d,e': '2,5' }]],
  ['an apostrophe before every text', { ...CSV, textPrefix: "'" }, "a,b\n'1,\"'x'y\"\n", [{ a: '1', b: "x'y" }]],
  [
    'line breaks between quotes',
    CSV,
    'a,b\n1,"x\n\ny"\n2,\n3\n',
    [
      { a: '1', b: 'x\n\ny' },
      { a: '2', b: '' },
    ],
    [['columns_differ', 6, 16]],
  ],
  ['a quote within a cell', CSV, 'a,b\n1,x\n2,5" pipe\n3,y\n', [{ a: '1', b: 'x' }], [['unfinished', 3, 8, true]]],
  [
    'two quotes within a cell',
    CSV,
    'a,b\n1,x\n2,5"6" pipe\n3,y\n',
    [{ a: '1', b: 'x' }],
    [['invalid_quote', 3, 8, true]],
  ],
  ['text behind a quote', CSV, 'a,b\n"1" ,x\n3,y\n', [], [['invalid_quote', 2, 4, true]]],
  ['a quote that is never closed', CSV, 'a,b\n1,x\n2,"y\n3,z\n', [{ a: '1', b: 'x' }], [['unfinished', 3, 8, true]]],
  ['a last row without a line break', CSV, 'a,b\n1,x\n2,y', [{ a: '1', b: 'x' }], [['unfinished', 3, 8, true]]],
  ['0x1A at the end of a table', CSV, 'a,b\n1,x\n\u001a\n', [{ a: '1', b: 'x' }], [['control_z', 3, 8]]],
  ['a NUL in a cell', CSV, 'a,b\n1,\0\n2,y\n', [{ a: '2', b: 'y' }], [['nul_byte', 2, 4]]],
  ['a row of a table over 1 MiB', CSV, `a,b\n1,${LONG}\n2,y\n`, [{ a: '2', b: 'y' }], [['line_too_long', 2, 4]]],
  ['two columns of one name', CSV, 'a,a\n1,2\n', [], [['invalid_header', 1, 0, true]]],
  ['a column without a name', CSV, 'a,\n1,2\n', [], [['invalid_header', 1, 0, true]]],
  ['a header that never comes', { ...CSV, headerFrom: 'id' }, 'cost,1\n', [], [['no_header', 1, 0, true]]],
  ['a table where JSON is expected', JSON_USERS, 'a,b\n1,2\n', [], [['unknown_container', 1, 0, true]]],
  ['an archive', CSV, Buffer.from('PK\u0003\u0004…'), [], [['zip', 1, 0, true]]],
  [
    'gzip that is cut off',
    NDJSON,
    gzipSync('{"a":1}\n').subarray(0, -9),
    [{ a: 1 }].slice(1),
    [['broken_gzip', 1, 0, true]],
  ],
  [
    'base64 folded in its middle',
    LDIF,
    'dn:: dWl\n kPWE=\nmail: a@b\n .example\nphoto:: /w==\n\n',
    [{ dn: 'uid=a', mail: ['a@b.example'], photo: [{ base64: '/w==' }] }],
  ],
  ['base64 that is none', LDIF, 'dn: x\na:: e1N*\n\ndn: y\n\n', [{ dn: 'y' }], [['invalid_base64', 1, 0]]],
  ['a value by its URL', LDIF, 'dn: x\na:< file:///etc/passwd\n\n', [], [['ldif_url', 1, 0]]],
  ['a change', LDIF, 'dn: x\nchangetype: delete\n\n', [], [['ldif_change', 1, 0]]],
  ['a line without a name', LDIF, 'dn: x\nhello\n\n', [], [['invalid_ldif', 1, 0]]],
  [
    'an entry without an empty line behind it',
    LDIF,
    'dn: x\n\ndn: y\na: 1\n',
    [{ dn: 'x' }],
    [['unfinished', 3, 7, true]],
  ],
  [
    'a search that was cut short',
    LDIF,
    'dn: x\n\n# result\nsearch: 2\nresult: 4 Size limit exceeded\n',
    [{ dn: 'x' }],
    [['search_incomplete', 3, 7, true]],
  ],
  ['an entry over 1 MiB', LDIF, `dn: x\na: ${LONG}\n\ndn: y\n\n`, [{ dn: 'y' }], [['line_too_long', 1, 0]]],
  [
    'null and escapes',
    COPY,
    block('1\t\\N\n2\ta\\tb\\\\N'),
    [
      { id: '1', email: null },
      { id: '2', email: 'a\tb\\N' },
    ],
  ],
  ['a backslash that means nothing', COPY, block('1\t\\q'), [], [['invalid_escape', 2, 42]]],
  ['a cell too few', COPY, block('1'), [], [['columns_differ', 2, 42]]],
  ['a block that is cut', COPY, block('1\ta').slice(0, -3), [{ id: '1', email: 'a' }], [['unfinished', 1, 0, true]]],
  ['a dump by INSERT', COPY, "--\nINSERT INTO public.users VALUES (1, 'a');\n", [], [['insert_statement', 2, 3, true]]],
  ['a dump of other tables', COPY, block('1\ta').replace('users', 'pets'), [], [['no_table', 1, 0, true]]],
]

for (const [name, file, written, rows, refusals = [], encoding] of CASES) {
  test(`a file is read as far as it can be, and the rest refused by line: ${name}`, async () => {
    const bytes = Buffer.from(written as Buffer)
    const items = await readAll([bytes.subarray(0, 5), bytes.subarray(5)], file, encoding)
    assert.deepEqual(rowsOf(items), rows)
    const told = refusalsOf(items).map(({ fault, line, byte, ends }) =>
      ends ? [fault, line, byte, true] : [fault, line, byte],
    )
    assert.deepEqual(told, refusals)
  })
}

test('each fault is in the table, but for the one of second files', () => {
  const seen = new Set<string>([
    'not_plain',
    ...CASES.flatMap(([, , , , refusals = []]) => refusals.map(([fault]) => fault)),
  ])
  assert.deepEqual(
    Object.keys(READ_FAULTS).filter((fault) => !seen.has(fault)),
    [],
  )
})
