import type Canvas from 'uplot'

/** Room that the text below a plot needs. */
const TEXT_PX = 84

/** From which counts are chosen to be written beside a plot: 1, 2, 5, 10 and so on. */
export const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

/** What changes the colours of the style sheet. */
const COLOURS = ['(prefers-color-scheme: dark)', '(forced-colors: active)']

/** Draws a plot again where its width or the colours change. Answers what ends that and the plot. */
export function keepDrawn(plot: Canvas, host: HTMLElement): () => void {
  const sizes = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: plot.height }))
  sizes.observe(host)
  const redraw = () => plot.redraw()
  const theme = new MutationObserver(redraw)
  theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  const media = COLOURS.map((query) => matchMedia(query))
  for (const one of media) one.addEventListener('change', redraw)
  return () => {
    sizes.disconnect()
    theme.disconnect()
    for (const one of media) one.removeEventListener('change', redraw)
    plot.destroy()
  }
}

/** Of the places below a plot as many, the first among them, as there is room for. */
export function placesOf(count: number, width: number): number[] {
  const step = Math.ceil(count / Math.max(2, Math.floor(width / TEXT_PX)))
  return Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step)
}

/** What the style sheet says of a class, as a canvas takes it. */
export function colourOf(host: HTMLElement, name: string): string {
  const probe = document.createElement('i')
  probe.className = name
  host.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
