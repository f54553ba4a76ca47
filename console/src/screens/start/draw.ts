import Canvas from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colourOf, keepDrawn, placesOf, WHOLE_STEPS } from '../../parts/canvas.ts'
import type { ChartPlan } from './charts.ts'
import { stacked } from './lines.ts'

export interface Picture {
  readonly kind: ChartPlan['kind']
  readonly locale: string
  /** How each span of time is written. */
  readonly texts: readonly string[]
  /** Of each line. */
  readonly counts: readonly (readonly number[])[]
}

const HEIGHT_PX = 220

/** Draws into an element, and again where its width or the colours change. Answers what ends that. */
export function draw(host: HTMLElement, picture: Picture, onPoint: (place: number | undefined) => void): () => void {
  const point = ({ cursor: { idx, left = -1 } }: Canvas) => onPoint(left < 0 || idx == null ? undefined : idx)
  const plot = new Canvas({ ...optionsOf(host, picture), hooks: { setCursor: [point] } }, dataOf(picture), host)
  return keepDrawn(plot, host)
}

/** Places of the spans, then what is drawn at each: of bars upon each other the highest first, so that the others stand before it. */
function dataOf({ kind, texts, counts }: Picture): Canvas.AlignedData {
  const lines = counts.length === 0 ? [texts.map(() => 0)] : counts
  const asDrawn = kind === 'lines' ? lines : stacked(lines).toReversed()
  return [texts.map((_, place) => place), ...asDrawn.map((line) => [...line])]
}

function optionsOf(host: HTMLElement, { kind, locale, texts, counts }: Picture): Canvas.Options {
  const colour = (name: string) => () => colourOf(host, name)
  const short = new Intl.NumberFormat(locale, { notation: 'compact' })
  const places = Array.from({ length: Math.max(1, counts.length) }, (_, place) => place)
  const order = kind === 'lines' ? places : places.toReversed()
  const axis = { stroke: colour('plot-text'), grid: { stroke: colour('plot-line'), width: 1 }, ticks: { show: false } }
  return {
    width: host.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === 'lines' } },
    scales: {
      x: { time: false, range: () => [-0.5, texts.length - 0.5] },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] },
    },
    axes: [
      {
        ...axis,
        size: 28,
        grid: { show: false },
        splits: ({ width }) => placesOf(texts.length, width),
        values: (_, splits) => splits.map((place) => texts[place] ?? ''),
      },
      { ...axis, size: 46, incrs: WHOLE_STEPS, values: (_, splits) => splits.map((count) => short.format(count)) },
    ],
    series: [{}, ...order.map((place) => (kind === 'lines' ? lineIn : barsIn)(colour(`series-${place}`)))],
  }
}

const lineIn = (colour: () => string): Canvas.Series => ({ stroke: colour, width: 2, points: { show: false } })

const barsIn = (colour: () => string): Canvas.Series => ({
  fill: colour,
  width: 0,
  points: { show: false },
  ...(Canvas.paths.bars && { paths: Canvas.paths.bars({ size: [0.72, 44] }) }),
})
