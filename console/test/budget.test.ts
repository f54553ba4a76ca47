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

  test('plots are in a chunk of their own, which the screens that draw some bring and no other does', () => {
    const scripts = [...files.keys()].filter((path) => path.endsWith('.js') && !path.includes('/words-'))
    const plots = scripts.filter((path) => files.get(path)?.body.includes('u-cursor'))
    assert.equal(plots.length, 1)
    const bring = scripts.filter((path) => !plots.includes(path) && plots.some((one) => reach(files, [path]).has(one)))
    for (const path of bring) assert.match(path, /\/(start|migration|plot)-/)
    const start = scripts.filter((path) => /\/start-/.test(path))
    assert.ok(start.every((path) => bring.includes(path)))
    const all = new Set([...firstLoad(files).map(({ path }) => path), ...reach(files, start)])
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
