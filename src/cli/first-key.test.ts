import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readConfig } from '../platform/config.ts'
import { makeFirstKey } from './first-key.ts'

const top = mkdtempSync(join(tmpdir(), 'antiphon-first-key-'))
after(() => rmSync(top, { recursive: true, force: true }))
let folders = 0

/** Variables that name a key and a database beside it, of which neither is there. */
function first() {
  const folder = join(top, String(folders++))
  const [file, database] = [join(folder, 'master.key'), join(folder, 'antiphon.db')]
  return { folder, file, database, ANTIPHON_MASTER_KEY_FILE: file, ANTIPHON_DATABASE_URL: `sqlite:${database}` }
}
const make = (
  { folder, file, database, ...variables }: ReturnType<typeof first>,
  more: Record<string, string> = {},
) => ({
  made: makeFirstKey({ ...variables, ...more }, 'sqlite:./data/antiphon.db').kind,
  exists: existsSync(file),
})

test('the first start makes a key that can be read, by its owner alone, and no second one', () => {
  const place = first()
  assert.deepEqual(make(place), { made: 'made', exists: true })
  const text = readFileSync(place.file, 'utf8')
  assert.equal(statSync(place.file).mode & 0o777, 0o600)
  assert.equal(statSync(place.folder).mode & 0o777, 0o700)
  const { folder: _, file, database, ...variables } = place
  assert.equal(readConfig(variables).kind, 'config')
  assert.deepEqual(make(place), { made: 'none', exists: true })
  assert.equal(readFileSync(file, 'utf8'), text)
  const other = first()
  make(other)
  assert.notEqual(readFileSync(other.file, 'utf8'), text)
})

test('a key that is missing anywhere else is not made', () => {
  const known = first()
  mkdirSync(known.folder)
  writeFileSync(known.database, '')
  assert.deepEqual(make(known), { made: 'none', exists: false }, 'the database is there: its key is lost')
  const cases = {
    'the database must be there': { ANTIPHON_EXPECT_DATABASE: 'true' },
    'the key is given': { ANTIPHON_MASTER_KEY: 'x' },
    'it is a PostgreSQL, which lives elsewhere': { ANTIPHON_DATABASE_URL: 'postgres://localhost/antiphon' },
    'the database lies in another folder': { ANTIPHON_DATABASE_URL: `sqlite:${join(top, 'elsewhere/antiphon.db')}` },
    'the database lies below': { ANTIPHON_DATABASE_URL: `sqlite:${join(top, String(folders), 'below/antiphon.db')}` },
    'its URL cannot be read': { ANTIPHON_DATABASE_URL_FILE: '/nowhere' },
  }
  for (const [why, more] of Object.entries(cases))
    assert.deepEqual(make(first(), more), { made: 'none', exists: false }, why)
  assert.equal(makeFirstKey({}, 'sqlite:./data/antiphon.db').kind, 'none')
})

test('where it cannot be made, the fault names the variable', () => {
  const place = first()
  writeFileSync(place.folder, 'no folder')
  const { folder: _, file, database, ...variables } = place
  const outcome = makeFirstKey(variables, '')
  assert.ok(outcome.kind === 'fault')
  assert.match(outcome.fault, /^ANTIPHON_MASTER_KEY_FILE: cannot make the file: E[A-Z]+: [^\n]+$/)
})
