import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { grouped } from '../../../core/proof/verdict.ts'
import { drawBar, drawColumns, drawLegend, niceCeiling, type Plot, tableOf } from './plot.ts'

const looks = [0, 1, 2, 3, 4, 5]
const plots: fc.Arbitrary<Plot> = fc
  .record({ columns: fc.nat(70), kinds: fc.integer({ min: 1, max: 6 }), text: fc.string() })
  .chain(({ columns, kinds, text }) =>
    fc
      .array(fc.array(fc.nat(2_000_000), { minLength: columns, maxLength: columns }), {
        minLength: kinds,
        maxLength: kinds,
      })
      .map((numbers) => ({
        id: 'plot',
        title: text,
        description: text,
        labels: Array.from({ length: columns }, (_, i) => `${text} ${i}`),
        series: numbers.map((values, i) => ({ name: `${text} ${i}`, look: looks[i] as number, values })),
      })),
  )

const rects = (svg: string) => [...svg.matchAll(/<rect class="(part|zero)"[^>]*?y="([\d.]+)" height="([\d.]+)"/g)]
const sums = ({ labels, series }: Plot) =>
  labels.map((_, i) => series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))

/** Whether every tag is closed, in order, and nothing of a text became one. */
function assertWellFormed(markup: string): void {
  const open: string[] = []
  for (const [, end, name, self] of markup.matchAll(/<(\/?)([a-z0-9]+)[^<>]*?(\/?)>/g)) {
    if (end) assert.equal(open.pop(), name)
    else if (!self) open.push(name as string)
  }
  assert.deepEqual(open, [])
}

test('whatever the numbers and names, a plot is whole, stays between its axes, and draws what is nothing', () => {
  fc.assert(
    fc.property(plots, (plot) => {
      const { text } = drawColumns(plot)
      assertWellFormed(text)
      const drawn = rects(text)
      const zeros = sums(plot).filter((sum) => sum === 0).length
      assert.equal(drawn.filter(([, kind]) => kind === 'zero').length, zeros)
      const numbers = plot.series.flatMap(({ values }) => values).filter((value) => value > 0).length
      assert.equal(drawn.length - zeros, numbers)
      for (const [, , y, height] of drawn) {
        assert.ok(Number(y) >= 17 && Number(y) + Number(height) <= 170.01, `${y} ${height}`)
      }
    }),
    { numRuns: 60 },
  )
})

test('the table beside a plot has the same numbers, all of them', () => {
  fc.assert(
    fc.property(plots, (plot) => {
      const { text } = tableOf(plot, 'Day')
      assertWellFormed(text)
      const cells = [...text.matchAll(/<td class="number">([\d,]+)<\/td>/g)].map(([, cell]) => cell)
      assert.deepEqual(
        cells,
        plot.labels.flatMap((_, i) => plot.series.map(({ values }) => grouped(values[i] ?? 0))),
      )
    }),
    { numRuns: 60 },
  )
})

test('columns are as high as their numbers', () => {
  const series = [
    { name: 'below', look: 0, values: [50, 0] },
    { name: 'above', look: 5, values: [50, 100] },
  ]
  const { text } = drawColumns({ id: 'p', title: '', description: '', labels: ['a', 'b'], series })
  assert.deepEqual(
    rects(text).map(([, , y, height]) => [Number(y), Number(height)]),
    [
      [94, 76],
      [18, 76],
      [18, 152],
    ],
  )
})

test('a bar is as long as its parts, and empty of nothing', () => {
  const of = (...values: number[]) =>
    drawBar({
      id: 'p',
      title: '',
      description: '',
      series: values.map((value, look) => ({ name: '', look, values: [value] })),
    })
  const widths = (svg: string) =>
    [...svg.matchAll(/x="([\d.]+)%" width="([\d.]+)%"/g)].map(([, x, width]) => [x, width])
  assert.deepEqual(widths(of(1, 0, 3).text), [
    ['0', '25'],
    ['25', '75'],
  ])
  assert.deepEqual(widths(of(0, 0).text), [])
})

test('series can be told apart without colours: each look has a pattern of its own, the same in the legend', () => {
  const series = looks.map((look) => ({ name: `look ${look}`, look, values: [1] }))
  const { text } = drawColumns({ id: 'p', title: '', description: '', labels: ['a'], series })
  const marks = [...text.matchAll(/<path class="mark m\d" d="([^"]*)"/g)].map(([, d]) => d)
  assert.equal(new Set(marks).size, looks.length)
  const legend = drawLegend('p', series, () => '').text
  for (const look of looks) assert.ok(legend.includes(`fill="url(#p-p${look})"`) && text.includes(`id="p-p${look}"`))
})

test('axes end at numbers that are easily read', () => {
  assert.deepEqual(
    [0, 1, 3, 7, 9, 11, 101, 241, 7_500, 1_000_001].map(niceCeiling),
    [2, 2, 4, 8, 10, 20, 200, 300, 8_000, 2_000_000],
  )
})
