import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Pooler } from '../../platform/dialect-engine.ts'
import { filesOf, judgeModes, judgePooler, judgeRoom, modeFor, modesOf } from './database.ts'

test('a pooler by transaction is a fault unless the URL tells of it, and a URL that tells of none is worth a word', () => {
  const table: readonly (readonly [Pooler, string, string | undefined])[] = [
    ['none', 'postgres://db/a', undefined],
    ['none', 'sqlite:a.db', undefined],
    ['none', 'postgres://db/a?pooler=transaction', 'hint'],
    ['session', 'postgres://db/a', 'ok'],
    ['transaction', 'postgres://db/a', 'fault'],
    ['transaction', 'postgres://db/a?application_name=pooler', 'fault'],
    ['transaction', 'postgres://db/a?pooler=transaction', 'ok'],
    ['transaction', 'postgres://db/a?sslmode=require&pooler=transaction', 'ok'],
  ]
  for (const [pooler, url, level] of table) assert.equal(judgePooler(pooler, url)[0]?.level, level, `${pooler} ${url}`)
})

test('more connections than PostgreSQL has are worth a word, with one process more while they are replaced', () => {
  const judge = (processes: number | undefined, databasePool: number, room: number | undefined, more = '') =>
    judgeRoom({ processes, databasePool, databaseUrl: `postgres://db/a${more}` }, room)[0]
  const table: readonly (readonly [processes: number | undefined, pool: number, level: string, mend?: RegExp])[] = [
    [undefined, 16, 'ok'],
    [5, 16, 'ok'],
    [undefined, 98, 'hint', /ANTIPHON_DATABASE_POOL to 97 or less/],
    [6, 16, 'hint', /ANTIPHON_DATABASE_POOL to 13 or less/],
    [64, 4, 'hint', /ANTIPHON_PROCESSES to less/],
  ]
  for (const [processes, pool, level, mend] of table) {
    const judged = judge(processes, pool, 97)
    assert.equal(judged?.level, level, `${processes} × ${pool}`)
    if (mend) assert.match(judged?.mend ?? '', mend)
  }
  assert.match(judge(6, 16, 97)?.what ?? '', /^112 connections that this server may hold, of 97 /)
  assert.equal(judge(6, 16, undefined), undefined)
  assert.equal(judge(6, 16, 97, '?pooler=transaction'), undefined)
})

test('what others of the machine may read is named with its permissions', () => {
  const judged = judgeModes([
    { path: '/k/closed', mode: 0o600 },
    { path: '/k/read-only', mode: 0o400 },
    { path: '/k/group', mode: 0o640 },
    { path: '/k/all', mode: 0o604 },
  ])
  assert.deepEqual(
    judged.map(({ level, what }) => [level, what]),
    [
      ['hint', '/k/group is readable by other accounts of this machine (640)'],
      ['hint', '/k/all is readable by other accounts of this machine (604)'],
    ],
  )
})

test('a secret of root’s that a service reads by its group was handed in so', () => {
  const SERVICE = 10_001
  const handed = { uid: 0, mode: 0o100440 }
  assert.equal(modeFor(handed, SERVICE), 0o400)
  assert.equal(modeFor({ uid: 0, mode: 0o100444 }, SERVICE), 0o404, 'everybody reads it')
  assert.equal(modeFor(handed, 0), 0o440, 'root could close it')
  assert.equal(modeFor({ uid: SERVICE, mode: 0o100640 }, SERVICE), 0o640, 'so could the service')
})

test('the files of a database are looked at where their folder lets others in', {
  skip: process.platform === 'win32',
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-modes-'))
  after(() => rmSync(folder, { recursive: true }))
  const inside = join(folder, 'data')
  mkdirSync(inside)
  const path = join(inside, 'a.db')
  writeFileSync(path, '')
  chmodSync(path, 0o644)
  const found = () => filesOf(`sqlite:${path}`).flatMap((file) => modesOf(file))
  chmodSync(inside, 0o755)
  assert.deepEqual(found(), [{ path, mode: 0o644 }])
  chmodSync(inside, 0o700)
  assert.deepEqual(found(), [])
  assert.deepEqual(filesOf('postgres://db/a'), [])
  assert.deepEqual(modesOf(undefined), [])
})
