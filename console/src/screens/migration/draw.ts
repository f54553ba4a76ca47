import Canvas from 'uplot'
import 'uplot/dist/uPlot.min.css'

export interface Picture {
  readonly locale: string
  /** How each day is written. */
  readonly texts: readonly string[]
  readonly here: readonly number[]
  /** Empty where nothing tells how many are left. */
  readonly left: readonly number[]
}

const HEIGHT_PX = 240
/** Room that the text of a day needs. */
const TEXT_PX = 110
const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

/** Draws into an element, and again where its width or the colours change. Answers what ends that. */
export function draw(host: HTMLElement, picture: Picture): () => void {
  const { texts, here, left } = picture
  const data = [
    texts.map((_, place) => place),
    [...here],
    ...(left.length > 0 ? [[...left]] : []),
  ] as Canvas.AlignedData
  const plot = new Canvas(optionsOf(host, picture), data, host)
  const sizes = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: HEIGHT_PX }))
  sizes.observe(host)
  const redraw = () => plot.redraw()
  const theme = new MutationObserver(redraw)
  theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', redraw)
  return () => {
    sizes.disconnect()
    theme.disconnect()
    dark.removeEventListener('change', redraw)
    plot.destroy()
  }
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
        splits: ({ width }) => evenly(texts.length, width / TEXT_PX),
        values: (_, splits) => splits.map((place) => texts[place] ?? ''),
      },
      { ...axis, size: 46, incrs: WHOLE_STEPS, values: (_, splits) => splits.map((count) => short.format(count)) },
    ],
    series: [{}, line('burn-here'), ...(left.length > 0 ? [{ ...line('burn-left'), dash: [6, 4] }] : [])],
  }
}

/** As many places, the first among them, as there is room for. */
function evenly(count: number, room: number): number[] {
  const step = Math.ceil(count / Math.max(2, Math.floor(room)))
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step)
}

/** What the style sheet says, as a canvas takes it. */
function colourOf(host: HTMLElement, name: string): string {
  const probe = document.createElement('i')
  probe.className = name
  host.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
