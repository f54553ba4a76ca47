import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { csvOf, ndjsonOf } from '../src/parts/download.ts'
import { changedIn, changesTo } from '../src/screens/settings/changes.ts'

describe('files that the page makes', () => {
  test('a table holds whatever stands in it, and no spreadsheet takes it for a formula', () => {
    const rows = [
      { id: 'a"b,c', text: '=1+1' },
      { id: 'line\nbreak', text: undefined },
    ]
    assert.equal(csvOf(['id', 'text'], rows), 'id,text\r\n"a""b,c",\'=1+1\r\n"line\nbreak",\r\n')
    assert.equal(ndjsonOf(rows.slice(0, 1)), '{"id":"a\\"b,c","text":"=1+1"}\n')
  })
})

describe('settings', () => {
  const schema = { properties: { life: { default: 60 }, name: { default: '' }, codes: { default: [] } } }
  const values = { life: 90, name: '', codes: [] }

  test('what is not as its default is told', () => {
    assert.deepEqual(changedIn(schema, values), ['life'])
  })

  test('only what was changed is sent, and null sets back', () => {
    assert.deepEqual(changesTo(schema, values, { name: 'x', codes: [] }), { life: null, name: 'x' })
    assert.deepEqual(changesTo(schema, values, values), {})
  })
})
