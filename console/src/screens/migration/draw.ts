import Canvas from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colourOf, keepDrawn, placesOf, WHOLE_STEPS } from '../../parts/canvas.ts'

export interface Picture {
  readonly locale: string
  /** How each day is written. */
  readonly texts: readonly string[]
  readonly here: readonly number[]
  /** Empty where nothing tells how many are left. */
  readonly left: readonly number[]
}

const HEIGHT_PX = 240

/** Draws into an element, and again where its width or the colours change. Answers what ends that. */
export function draw(host: HTMLElement, picture: Picture): () => void {
  const { texts, here, left } = picture
  const data = [
    texts.map((_, place) => place),
    [...here],
    ...(left.length > 0 ? [[...left]] : []),
  ] as Canvas.AlignedData
  const plot = new Canvas(optionsOf(host, picture), data, host)
  return keepDrawn(plot, host)
}

function optionsOf(host: HTMLElement, { locale, texts, left }: Picture): Canvas.Options {
  const colour = (name: string) => () => colourOf(host, name)
  const short = new Intl.NumberFormat(locale, { notation: 'compact' })
  const axis = { stroke: colour('burn-text'), grid: { stroke: colour('burn-line'), width: 1 }, ticks: { show: false } }
  // A point at each day, so that what is zero is seen to have been counted.
  const line = (name: string): Canvas.Series => ({
    stroke: colour(name),
    width: 2,
    points: { show: true, size: 5, fill: colour(name) },
  })
  return {
    width: host.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: ({ width }) => placesOf(texts.length, width),
        values: (_, splits) => splits.map((place) => texts[place] ?? ''),
      },
      { ...axis, size: 46, incrs: WHOLE_STEPS, values: (_, splits) => splits.map((count) => short.format(count)) },
    ],
    series: [{}, line('burn-here'), ...(left.length > 0 ? [{ ...line('burn-left'), dash: [6, 4] }] : [])],
  }
}
