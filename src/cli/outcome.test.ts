import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columns, describeFault, printable } from './outcome.ts'

test('rows stand in columns, without space at the end of a line', () => {
  const rows = [
    ['ID', 'NAME'],
    ['shop', 'The shop'],
    ['a', ''],
  ]
  assert.equal(columns(rows, 'none'), 'ID    NAME\nshop  The shop\na')
  assert.equal(columns([['ID', 'NAME']], 'none'), 'none')
})

test('what somebody else has written steers no terminal and makes no row of its own', () => {
  const hostile = 'a\u001b[2J\u009b31m\r\u202eb\u2066\u007f\u200f\tc\nd'
  assert.equal(printable(hostile), 'a\\u001b[2J\\u009b31m\\u000d\\u202eb\\u2066\\u007f\\u200f\\u0009c\nd')
  assert.deepEqual(JSON.parse(printable(JSON.stringify({ hostile }))), { hostile })
  assert.equal(printable('Zoë 👩‍🚀 — 日本'), 'Zoë 👩‍🚀 — 日本')
  assert.equal(
    columns(
      [
        ['A', 'B'],
        ['1\n2', '3'],
      ],
      'none',
    ),
    'A    B\n1 2  3',
  )
})

const failure = (code: unknown, message: string) => Object.assign(new Error(message), { code })

test('a fault of the world outside is one line', () => {
  const taken = failure('EADDRINUSE', 'listen EADDRINUSE: address already in use 127.0.0.1:80')
  assert.equal(describeFault(taken), 'listen EADDRINUSE: address already in use 127.0.0.1:80')
  assert.equal(describeFault(failure('ECONNREFUSED', '')), 'ECONNREFUSED')
  assert.equal(describeFault(failure('42501', 'permission denied\n  for schema')), 'permission denied for schema')
  assert.equal(describeFault(failure('ERR_SQLITE_ERROR', 'file is not a database')), 'file is not a database')
})

test('a bug is none', () => {
  assert.equal(describeFault(new TypeError('x is not a function')), undefined)
  assert.equal(describeFault(failure('ERR_INVALID_ARG_TYPE', 'x')), undefined)
  assert.equal(describeFault(failure('FST_ERR_PLUGIN_TIMEOUT', 'x')), undefined)
  assert.equal(describeFault('torn'), undefined)
})
