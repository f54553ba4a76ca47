import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { Raw, RowFile, Source } from '../source.ts'
import { fingerprintOf, JoinTable } from './join-table.ts'
import { ChangedFile } from './joined.ts'
import { type UserItem, UserReader } from './users.ts'
import { CONTAINERS } from './written.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-read-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function written(content: string | Buffer): string {
  const path = join(folder, `${files++}`)
  writeFileSync(path, content)
  return path
}

const textsOf = (value: unknown): string[] => [value].flat().filter((one) => typeof one === 'string')
const map: Source['map'] = () => ({ kind: 'skipped', reason: 'test', notes: [] })

const joining = (file: RowFile): Source => ({
  name: 'test',
  users: { containers: ['ndjson'] },
  joins: [{ role: 'hashes', file, rowKeys: (row) => textsOf(row.a), userKeys: (user) => textsOf(user.id) }],
  map,
})

async function readAll(source: Source, users: string, hashes?: string): Promise<UserItem[]> {
  const joined = new Map(hashes === undefined ? [] : [['hashes', hashes]])
  const reader = new UserReader(source, { users: [users], joined, encoding: undefined }, () => {})
  const items: UserItem[] = []
  for await (const some of reader.read()) items.push(...some)
  return items
}

const rawsOf = (items: readonly UserItem[]): Raw[] => items.flatMap((item) => (item.kind === 'user' ? [item.raw] : []))
const ndjson = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

for (const [name, { file, write, read }] of Object.entries(CONTAINERS)) {
  test(`rows of a second file come to their users, in their order, from ${name}`, async () => {
    const rows = ['7', '8', '7', '9', 'ü "7"\n', '7'].map((a, i) => ({ a, b: `row ${i}`, c: '' }))
    const users = ['9', '7', 'ü "7"\n', 'nobody'].map((id) => ({ id }))
    const raws = rawsOf(await readAll(joining(file), written(ndjson(users)), written(`\ufeff${write(rows)}`)))
    assert.deepEqual(
      raws,
      users.map((user) => {
        const own = rows.filter(({ a }) => a === user.id).map(read)
        return own.length > 0 ? { ...user, hashes: own } : user
      }),
    )
  })
}

test('rows among the users come to them and are no users', async () => {
  const source: Source = {
    ...joining({ containers: ['ndjson'] }),
    users: { containers: ['ndjson'], isUser: (row) => row.kind === 'user' },
    joins: [{ role: 'emails', file: 'users', rowKeys: (row) => textsOf(row.of), userKeys: (user) => textsOf(user.id) }],
  }
  const email = { kind: 'email', of: '1', value: 'a@b.example' }
  const path = written(ndjson([{ kind: 'user', id: '1' }, email, { kind: 'pet' }]))
  assert.deepEqual(rawsOf(await readAll(source, path)), [{ kind: 'user', id: '1', emails: [email] }])
})

test('rows of a table beside the users’ in one dump come to them unasked, and a dump may lack the table', async () => {
  const tables = (name: string) => ({ containers: ['copy'], tables: [name] }) satisfies RowFile
  const source: Source = { ...joining(tables('logins')), users: tables('users') }
  const users = 'COPY users (id) FROM stdin;\n7\n\\.\n'
  const logins = 'COPY logins (a, b) FROM stdin;\n7\tx\n7\ty\n\\.\n'
  const own = ['x', 'y'].map((b) => ({ a: '7', b }))
  assert.deepEqual(rawsOf(await readAll(source, written(users + logins))), [{ id: '7', hashes: own }])
  const bare = await readAll(source, written(users))
  assert.deepEqual(
    bare.map(({ kind }) => kind),
    ['user'],
  )
})

test('a second file that cannot be read again at a place is refused by name, and so is each of its rows', async () => {
  const users = written('{"id":"7"}\n')
  const source = joining({ containers: ['ndjson'] })
  const packed = written(gzipSync('{"a":"7"}\n'))
  const broken = written('{"a":\n{"a":"7"}\n')
  for (const [path, fault, rows] of [
    [packed, 'not_plain', undefined],
    [broken, 'invalid_json', [{ a: '7' }]],
  ] as const) {
    const items = await readAll(source, users, path)
    assert.deepEqual(items[0], { kind: 'refused', path, line: 1, byte: 0, fault, ends: fault === 'not_plain' })
    assert.deepEqual(rawsOf(items), [{ id: '7', ...(rows && { hashes: rows }) }])
  }
})

test('a second file that changes while it is read is no longer believed', async () => {
  const hashes = written('{"a":"7","b":1}\n')
  const users = written('{"id":"7"}\n{"id":"7"}\n')
  const reader = new UserReader(
    joining({ containers: ['ndjson'] }),
    { users: [users], joined: new Map([['hashes', hashes]]), encoding: undefined },
    () => writeFileSync(hashes, '{"a":"7",}'),
  )
  await assert.rejects(async () => {
    for await (const _ of reader.read());
  }, ChangedFile)
  appendFileSync(hashes, '')
})

test('a table finds every row of a key, in order, whatever the fingerprints', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string({ maxLength: 2 }), { maxLength: 3 }), { maxLength: 40 }), (rows) => {
      const table = new JoinTable()
      for (const [i, keys] of rows.entries()) table.add(keys, { reader: i % 3, byte: i * 2 ** 33, bytes: i })
      table.seal()
      for (const key of rows.flat()) {
        const expected = rows.flatMap((keys, i) => (keys.includes(key) ? [i] : []))
        assert.deepEqual(
          table.find([key]).filter((row) => rows[row]?.includes(key)),
          expected,
        )
      }
      for (const i of rows.keys()) assert.deepEqual(table.placeOf(i), { reader: i % 3, byte: i * 2 ** 33, bytes: i })
      assert.deepEqual(table.find(['never there']), [])
    }),
  )
})

test('two keys of one fingerprint are told apart by what stands at the place', async () => {
  const [one, other] = collision()
  const hashes = written(
    ndjson([
      { a: other, b: 'other' },
      { a: one, b: 'one' },
    ]),
  )
  const users = written(ndjson([{ id: one }]))
  const raws = rawsOf(await readAll(joining({ containers: ['ndjson'] }), users, hashes))
  assert.deepEqual(raws, [{ id: one, hashes: [{ a: one, b: 'one' }] }])
})

function collision(): [string, string] {
  const seen = new Map<number, string>()
  for (let i = 0; ; i++) {
    const key = `user ${i}`
    const known = seen.get(fingerprintOf(key))
    if (known !== undefined) return [known, key]
    seen.set(fingerprintOf(key), key)
  }
}
