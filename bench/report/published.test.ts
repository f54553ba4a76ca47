import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Figures } from './figures.ts'
import { publish, withSections } from './published.ts'
import { bars, lines } from './svg.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const figures: Figures = JSON.parse(read('bench/figures.json'))

test('plots and tables of the documents are those of the figures; else `npm run bench -- publish`', () => {
  const published = publish(figures)
  for (const [path, text] of Object.entries(published.files)) assert.equal(read(path), text, path)
  for (const { path } of published.sections) assert.equal(read(path), withSections(path, read(path), published), path)
})

test('a bar is as long as its figure, and names are text', () => {
  const svg = bars('A & B', 'x', [
    { name: '<a>', parts: [100], label: '100', ours: true },
    { name: 'b', parts: [30, 20], label: '50', ours: false },
  ])
  const widths = [...svg.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width))
  assert.deepEqual(widths, [338, 101.4, 67.6])
  assert.match(svg, /A &amp; B/)
  assert.match(svg, /&lt;a>/)
})

test('lines begin at zero, and leave out what was not measured', () => {
  const svg = lines(
    't',
    'u',
    ['1', '2'],
    [
      { name: 'one', points: [10, 5] },
      { name: 'two', points: [undefined, 10] },
    ],
  )
  assert.match(svg, /points="70,64 600,182"/)
  assert.match(svg, /points="600,64"/)
  assert.match(svg, /y="68">two</)
  assert.match(svg, /y="186">one</)
})

test('what was not timed at two sizes has no plot', () => {
  const row = { engine: 'PostgreSQL', sessions: 10_000, bytesPerSession: 500, walBytes: 1_000 }
  const one = { ...figures, scale: { at: 'now', machine: 'here', rows: [row] } }
  assert.deepEqual(Object.keys(publish(one).files), [
    'docs/guide/images/performance-peers.svg',
    'docs/guide/images/performance-cpu.svg',
  ])
  const timed = {
    ...figures,
    scale: {
      ...one.scale,
      rows: [
        { ...row, p99Ms: 5 },
        { ...row, sessions: 20_000, p99Ms: 6 },
      ],
    },
  }
  assert.equal(Object.keys(publish(timed).files).length, 3)
})
