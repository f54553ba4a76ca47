import { grouped } from '../../../core/proof/verdict.ts'
import { type Html, html } from './html.ts'

/** Numbers with one name. */
export interface Series {
  readonly name: string
  /** Of the looks, from 0: colour and pattern. The same thing has the same in every plot. */
  readonly look: number
  /** One for each label of the plot. */
  readonly values: readonly number[]
}

export interface Plot {
  /** Unique on the page; letters and hyphens. */
  readonly id: string
  readonly title: string
  /** What there is to see, in a sentence. */
  readonly description: string
  readonly labels: readonly string[]
  /** From the bottom up. */
  readonly series: readonly Series[]
}

const HEIGHT = 200
const TOP = 18
const BASE = 170
/** What is nothing is drawn as a line of this height, so that it is seen that it was counted. */
const ZERO_HEIGHT = 1.5

/**
 * Columns, one for each label, their series on top of each other. As wide as there is room: places along the axis are percentages, so that text and
 * patterns keep their size.
 */
export function drawColumns({ id, title, description, labels, series }: Plot): Html {
  const most = niceCeiling(Math.max(0, ...labels.map((_, i) => sumAt(series, i))))
  const step = 100 / Math.max(1, labels.length)
  const columns = labels.map((_, i) => drawColumn(id, series, i, { x: i * step + step * 0.1, width: step * 0.8, most }))
  return html`<svg class="plot" role="img" aria-labelledby="${id}-title ${id}-description" height="${HEIGHT}">
<title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>
${drawPatterns(id, series)}
${[1, 0.5].map((share) => drawGridLine(yOf(share * most, most), share * most))}
${columns}
<line class="base" x1="0" x2="100%" y1="${BASE}" y2="${BASE}"/>
<text class="axis end" x="-8" y="${BASE + 4}">0</text>
${drawLabels(labels)}
</svg>`
}

const sumAt = (series: readonly Series[], i: number) => series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0)

const yOf = (value: number, most: number) => round(BASE - ((BASE - TOP) * value) / most)

const round = (n: number) => Math.round(n * 100) / 100

/** The least number of one digit and zeros that is not below, and is whole when halved: it and its half are easily read. */
export function niceCeiling(value: number): number {
  if (value <= 2) return 2
  const power = 10 ** Math.floor(Math.log10(value))
  const nice = (power === 1 ? WHOLE_HALVES : [1, 2, 3, 4, 5, 6, 8]).find((factor) => factor * power >= value) ?? 10
  return nice * power
}

const WHOLE_HALVES = [2, 4, 6, 8]

function drawColumn(
  id: string,
  series: readonly Series[],
  i: number,
  { x, width, most }: { x: number; width: number; most: number },
): Html {
  if (sumAt(series, i) === 0)
    return html`<rect class="zero" x="${round(x)}%" width="${round(width)}%" y="${BASE - ZERO_HEIGHT}" height="${ZERO_HEIGHT}"/>`
  let below = 0
  const parts = series.map(({ values, look }) => {
    const value = values[i] ?? 0
    const [bottom, top] = [yOf(below, most), yOf(below + value, most)]
    below += value
    if (value === 0) return ''
    const height = round(Math.max(bottom - top, 1))
    return html`<rect class="part" fill="url(#${id}-p${look})" x="${round(x)}%" width="${round(width)}%" y="${round(bottom - height)}" height="${height}"/>`
  })
  return html`<g>${parts}</g>`
}

const drawGridLine = (y: number, value: number) =>
  html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="axis end" x="-8" y="${y + 4}">${grouped(value)}</text>`

/** The first, the last, and the one in the middle when there is room for it. */
function drawLabels(labels: readonly string[]): Html {
  const y = BASE + 18
  const last = labels.length - 1
  if (last < 0) return html``
  if (last === 0) return html`<text class="axis middle" x="50%" y="${y}">${labels[0]}</text>`
  const middle =
    last >= 2 ? html`<text class="axis middle" x="50%" y="${y}">${labels[Math.round(last / 2)]}</text>` : ''
  return html`<text class="axis" x="0" y="${y}">${labels[0]}</text>${middle}<text class="axis end" x="100%" y="${y}">${labels[last]}</text>`
}

/** What tells series apart where colours do not: plain, lines one way, dots, lines the other way, levels, a grid. */
const MARKS: readonly string[] = [
  '',
  'M-1 1l2-2M0 8l8-8M7 9l2-2',
  'M2 2h.01M6 6h.01',
  'M-1 7l2 2M0 0l8 8M7-1l2 2',
  'M0 4h8',
  'M0 4h8M4 0v8',
]

const drawPatterns = (id: string, series: readonly Series[]): Html =>
  html`<defs>${series.map(
    ({ look }) =>
      html`<pattern id="${id}-p${look}" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="ground s${look}" width="8" height="8"/><path class="mark m${look}" d="${MARKS[look]}"/></pattern>`,
  )}</defs>`

/** One bar of several parts, as wide as there is room; for a whole of nothing, an empty one. */
export function drawBar({ id, title, description, series }: Omit<Plot, 'labels'>): Html {
  const whole = sumAt(series, 0)
  let left = 0
  const parts = series.map(({ values: [value = 0], look }) => {
    const width = whole === 0 ? 0 : (100 * value) / whole
    const x = left
    left += width
    return value === 0
      ? ''
      : html`<rect class="part" fill="url(#${id}-p${look})" x="${round(x)}%" width="${round(width)}%" y="1" height="38"/>`
  })
  return html`<svg class="bar" role="img" aria-labelledby="${id}-title ${id}-description" width="100%" height="40">
<title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>
${drawPatterns(id, series)}
<rect class="frame" x="0" y="1" width="100%" height="38"/>${parts}
</svg>`
}

/** Names and patterns of series, for beside a plot. */
export const drawLegend = (id: string, series: readonly Series[], tell: (series: Series) => string): Html =>
  html`<ul class="legend">${series.map(
    (one) =>
      html`<li><svg class="swatch" width="16" height="16" aria-hidden="true"><rect class="part" fill="url(#${id}-p${one.look})" width="16" height="16"/></svg> ${one.name}${tell(one)}</li>`,
  )}</ul>`

type Cell = string | number | Html

/** The numbers of a plot. */
export const drawTable = (caption: string, heads: readonly string[], rows: readonly (readonly Cell[])[]) =>
  html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption class="sr">${caption}</caption>
<thead><tr>${heads.map((head, i) => html`<th scope="col"${typeof rows[0]?.[i] === 'number' ? NUMERIC : ''}>${head}</th>`)}</tr></thead>
<tbody>${rows.map(([first = '', ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map(drawCell)}</tr>`)}</tbody></table></div>`

const NUMERIC = html` class="number"`

const drawCell = (cell: Cell) =>
  typeof cell === 'number' ? html`<td${NUMERIC}>${grouped(cell)}</td>` : html`<td>${cell}</td>`

/** The table of a plot: a row for each label, a column for each series. */
export const tableOf = ({ title, labels, series }: Plot, first: string): Html =>
  drawTable(
    title,
    [first, ...series.map(({ name }) => name)],
    labels.map((label, i) => [label, ...series.map(({ values }) => values[i] ?? 0)]),
  )
