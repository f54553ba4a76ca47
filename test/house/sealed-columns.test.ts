import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { KEPT_PURPOSES } from '../../src/platform/kept-keys.ts'
import { migrations, sealedColumns } from '../../src/server.ts'

const SOURCE = join(import.meta.dirname, '../../src')

/** Sealed, and never stored: a client keeps it for some minutes. */
const HELD_BY_CLIENTS = ['passkey-tokens', 'operator-ceremonies', 'operator-company']
/** By name only; it is moved by whoever rotates. */
const CANARY = 'master_key_canaries.sealed'

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(SOURCE, path), 'utf8') }))

const namesIn = (pattern: RegExp) => files.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name]) => name))

test('whatever is sealed under the master key is declared, so that a rotation finds it', () => {
  const sealed = namesIn(/\bsealing\('([^']+)'\)/g).filter((name) => !HELD_BY_CLIENTS.includes(name ?? ''))
  const declared = new Set(sealedColumns.map(({ box }) => box.purpose))
  assert.deepEqual([...new Set([...sealed, 'kept-keys'])].sort(), [...declared].sort())
})

test('every column that is called sealed is declared', () => {
  const columns = migrations
    .flatMap(({ up }) => up)
    .flatMap((statement) => {
      const [, table] = /^(?:create table|alter table) (\w+)/.exec(statement) ?? []
      return table ? [...statement.matchAll(/\b(sealed\w*) text/g)].map(([, column]) => `${table}.${column}`) : []
    })
  const declared = sealedColumns.map(({ table, column }) => `${table}.${column}`)
  assert.deepEqual(
    columns.filter((name) => name !== CANARY && !declared.includes(name)),
    [],
  )
  assert.ok(columns.includes(CANARY))
})

test('no table is walked by what is no unique index of it', () => {
  const schema = migrations.flatMap(({ up }) => up).join('\n')
  for (const { table, key } of sealedColumns) {
    const columns = key.join(', ')
    const isKey =
      new RegExp(`create table ${table} \\([^;]*?primary key \\(${columns}\\)`).test(schema) ||
      new RegExp(`create unique index \\w+ on ${table} \\(${columns}\\)`).test(schema) ||
      new RegExp(`create table ${table} \\(\\s*${columns} text primary key`).test(schema)
    assert.ok(isKey, `${table} (${columns})`)
  }
})

test('the master key is used by its set alone, and what is kept under no other purpose', () => {
  const users = files.filter(({ text }) => /config\b[^\n]*\bmasterKey\b|deriveKey\(/.test(text)).map(({ path }) => path)
  assert.deepEqual(users.sort(), ['crypto/hash.ts', 'platform/kept-keys.ts', 'platform/key-set.ts'])
  assert.deepEqual(namesIn(/\bkept\('([^']+)'\)/g).sort(), [...KEPT_PURPOSES].sort())
})
