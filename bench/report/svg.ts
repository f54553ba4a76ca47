/** Plots as SVG that need no script: light or dark as the reader has it, and read out as their title and description. */

const WIDTH = 720
const LEFT = 232
const ROW = 34
const TOP = 64
const STYLE = `<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328 } .title { font-size: 16px; font-weight: 600 } .quiet { fill: #59636e }
  .grid { stroke: #d1d9e0 } .a { fill: #0969da } .b { fill: #8c959f } .line-a { stroke: #0969da } .line-b { stroke: #bc4c00 } .dot-b { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d }
    .a { fill: #4493f8 } .b { fill: #656c76 } .line-a { stroke: #4493f8 } .line-b { stroke: #f0883e } .dot-b { fill: #f0883e } }
</style>`

/** A bar of one part, or of two that are told apart; `ours` has the colour, the others are grey. */
export type Bar = {
  readonly name: string
  readonly parts: readonly number[]
  readonly label: string
  readonly ours: boolean
}

/** A line with a point at each x, which lie evenly. */
export type Line = { readonly name: string; readonly points: readonly (number | undefined)[] }

/** Bars from the longest scale on, one under the other, each with its figure. */
export function bars(title: string, under: string, rows: readonly Bar[]): string {
  const most = Math.max(...rows.map(({ parts }) => sum(parts)))
  const unit = (WIDTH - LEFT - 150) / most
  const drawn = rows.map(({ name, parts, label, ours }, i) => {
    const y = TOP + i * ROW
    let x = LEFT
    const rects = parts.map((part, at) => {
      const rect = `<rect class="${ours ? 'a' : 'b'}" x="${round(x)}" y="${y}" width="${round(Math.max(1, part * unit))}" height="20" rx="2"${at > 0 ? ' opacity="0.45"' : ''}/>`
      x += part * unit
      return rect
    })
    return `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${asText(name)}</text>${rects.join('')}<text x="${round(x + 8)}" y="${y + 15}"${ours ? '' : ' class="quiet"'}>${asText(label)}</text>`
  })
  return frame(title, under, TOP + rows.length * ROW + 8, drawn)
}

/** Lines over sizes that are told at the bottom; the scale begins at zero. */
export function lines(title: string, under: string, xs: readonly string[], series: readonly Line[]): string {
  const [bottom, right] = [300, WIDTH - 120]
  const most = ceiling(Math.max(...series.flatMap(({ points }) => points.map((point) => point ?? 0))))
  const x = (i: number) => round(70 + (i * (right - 70)) / Math.max(1, xs.length - 1))
  const y = (value: number) => round(bottom - (value / most) * (bottom - TOP))
  const grid = [0, most / 2, most].map(
    (value) =>
      `<line class="grid" x1="70" x2="${right}" y1="${y(value)}" y2="${y(value)}"/><text class="quiet" x="60" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
  )
  const labels = xs.map(
    (text, i) => `<text class="quiet" x="${x(i)}" y="${bottom + 22}" text-anchor="middle">${asText(text)}</text>`,
  )
  const names = apart(series.map(({ points }) => y(points.findLast((point) => point !== undefined) ?? 0)))
  const drawn = series.map(({ name, points }, which) => {
    const known = points.flatMap((point, i) => (point === undefined ? [] : [[x(i), y(point)] as const]))
    const endX = known.at(-1)?.[0] ?? 0
    const dots = known
      .map(([cx, cy]) => `<circle class="${which === 0 ? 'a' : 'dot-b'}" cx="${cx}" cy="${cy}" r="4"/>`)
      .join('')
    const path = known.map(([px, py]) => `${px},${py}`).join(' ')
    return `<polyline class="line-${which === 0 ? 'a' : 'b'}" fill="none" stroke-width="2.5" points="${path}"/>${dots}<text x="${endX + 12}" y="${(names[which] ?? 0) + 4}">${asText(name)}</text>`
  })
  return frame(title, under, bottom + 40, [...grid, ...labels, ...drawn])
}

function frame(title: string, under: string, height: number, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${asText(title)}</title><desc id="d">${asText(under)}</desc>`,
    STYLE,
    `<text class="title" x="0" y="20">${asText(title)}</text><text class="quiet" x="0" y="42">${asText(under)}</text>`,
    ...content,
    '</svg>\n',
  ].join('\n')
}

/** Places on a scale, those lower down moved so far that a line of text fits between each two. */
function apart(ys: readonly number[]): number[] {
  const placed: number[] = []
  let above = Number.NEGATIVE_INFINITY
  for (const [i, y] of [...ys.entries()].toSorted(([, a], [, b]) => a - b)) {
    above = Math.max(y, above + 16)
    placed[i] = above
  }
  return placed
}

/** The next of 1, 2, 3, 5, 10 … that is not below. */
function ceiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)))
  return [1, 2, 3, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value
}

const sum = (parts: readonly number[]) => parts.reduce((all, part) => all + part, 0)
const round = (value: number) => Math.round(value * 10) / 10
const asText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
