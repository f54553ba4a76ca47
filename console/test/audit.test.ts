import assert from 'node:assert/strict'
import { beforeEach, describe, mock, test } from 'node:test'
import { questionIn, selectionIn } from '../src/screens/audit/question.ts'
import { readLines } from '../src/screens/audit/read-lines.ts'

const asked: string[] = []
let pages: string[] = []

mock.method(globalThis, 'fetch', async (url: string) => {
  asked.push(url)
  return new Response(pages.shift())
})

beforeEach(() => {
  asked.length = 0
  pages = []
})

const linesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, place) => `${JSON.stringify({ id: `row-${first + place}` })}\n`).join('')

const read = (appID: string, onCount: (count: number) => void = () => undefined) =>
  readLines(appID, { actor: 'cli' }, onCount, new AbortController().signal)

describe('the audit log', () => {
  test('an export goes on behind the last line until a page is not full', async () => {
    pages = [linesFrom(0, 200), linesFrom(200, 200), linesFrom(400, 7)]
    const given = [...pages]
    const counts: number[] = []
    assert.deepEqual(await read('shop', (count) => counts.push(count)), given)
    assert.deepEqual(counts, [200, 400, 407])
    const path = '/v2/session/apps/shop/audit/export?actor=cli&limit=200'
    assert.deepEqual(asked, [path, `${path}&after=row-199`, `${path}&after=row-399`])
  })

  test('an export of nothing, and one of a full last page, end', async () => {
    pages = ['']
    assert.deepEqual(await read(''), [''])
    assert.deepEqual(asked, ['/v2/session/audit/export?actor=cli&limit=200'])
    pages = [linesFrom(0, 200), '']
    assert.equal((await read('shop')).join(''), linesFrom(0, 200))
  })

  test('the last day counts whole, and a day that is none counts for nothing', () => {
    const { since, until } = selectionIn({ since: '2026-11-28', until: '2026-11-28' })
    assert.equal(since, new Date('2026-11-28T00:00').toISOString())
    assert.equal(until, new Date('2026-11-29T00:00').toISOString())
    assert.deepEqual(questionIn({ since: 'x', until: '' }), { since: undefined, until: undefined, limit: 50 })
  })
})
