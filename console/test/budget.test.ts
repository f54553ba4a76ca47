import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BUDGET_KIB, BUDGET_WITH_PLOTS_KIB, firstLoad, kibOf, reach } from '../budget.ts'
import { buildConsole } from '../build.ts'

const files = await buildConsole()

describe('what the console loads', () => {
  test('all that comes before the first screen keeps within the budget', () => {
    const weights = firstLoad(files)
    const sum = weights.reduce((total, { kib }) => total + kib, 0)
    const listed = weights.map(({ path, kib }) => `${path} ${kib.toFixed(1)}`).join('\n')
    assert.ok(sum <= BUDGET_KIB, `${sum.toFixed(1)} KiB of ${BUDGET_KIB}:\n${listed}`)
    assert.ok(weights.some(({ path }) => path.endsWith('.css')))
  })

  test('tables, plots and pickers are no part of it', () => {
    const entry = firstLoad(files).map(({ path }) => path)
    const text = [...reach(files, entry)].map((path) => files.get(path)?.body.toString() ?? '').join('')
    for (const mark of ['u-legend', 'getCoreRowModel', 'rowSelection']) assert.ok(!text.includes(mark), mark)
  })

  test('the first screen brings the plots, and no other does', () => {
    const start = [...files.keys()].filter((path) => /\/start-[\w-]+\.js$/.test(path) && !path.includes('words'))
    const plots = [...files].filter(([, { body }]) => body.includes('u-cursor')).map(([path]) => path)
    assert.deepEqual(
      plots.filter((path) => path.endsWith('.js')),
      start,
    )
    const all = new Set([...firstLoad(files).map(({ path }) => path), ...reach(files, [...start, ...plots])])
    const words = [...files.keys()].filter((path) => /\/words-de-start-/.test(path))
    const sum = [...all, ...words].reduce((total, path) => total + kibOf(files, path), 0)
    assert.ok(sum <= BUDGET_WITH_PLOTS_KIB, `${sum.toFixed(1)} KiB of ${BUDGET_WITH_PLOTS_KIB}`)
  })

  test('the page has nothing in itself that the policy refuses', () => {
    const page = files.get('/index.html')?.body.toString() ?? ''
    assert.doesNotMatch(page, /<style|style=|<script(?![^>]*\bsrc=)/)
    for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) assert.match(address ?? '', /^\/assets\//)
  })
})
