import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

interface Look {
  readonly name: string
  readonly media: Parameters<Page['emulateMedia']>[0]
  readonly width: number
  /** What may be otherwise in this look; without them all rules. */
  readonly rules?: readonly string[]
}

/** What depends on width. */
const LAYOUT = ['scrollable-region-focusable', 'target-size', 'link-in-text-block']

/** Whatever a page does not say by its colours or its width it says in each look alike, so that one look is for everything. 640 px is 1280 px at 200 %. */
const LOOKS: readonly Look[] = [
  { name: 'light', media: { colorScheme: 'light' }, width: 1280 },
  { name: 'dark, on a phone', media: { colorScheme: 'dark' }, width: 390, rules: ['color-contrast', ...LAYOUT] },
  { name: 'at 200 %', media: { colorScheme: 'light' }, width: 640, rules: LAYOUT },
  { name: 'in forced colours', media: { forcedColors: 'active' }, width: 1280, rules: ['color-contrast'] },
]

const DRAWN = 'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))'

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Whether the stories are told to prove something else; how the page looks was seen already. */
const isRepeat = process.env.ANTIPHON_DEMO_FOLDER !== undefined

/** Asserts that a page is one that everybody can use, as it stands, in each look: by the rules of axe, and that nothing is wider than the screen. */
export async function examine(page: Page): Promise<void> {
  if (isRepeat) return
  const viewport = page.viewportSize()
  const heard: string[] = []
  for (const look of LOOKS) heard.push(...(await lookAt(page, look)))
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  if (viewport) await page.setViewportSize(viewport)
  assert.deepEqual(heard, [])
}

async function lookAt(page: Page, { name, media, width, rules }: Look): Promise<string[]> {
  await page.emulateMedia({ forcedColors: 'none', ...media })
  await page.setViewportSize({ width, height: 1200 })
  // What a page does about its width, it does when it is drawn.
  await page.evaluate(DRAWN)
  const options: RunOptions = {
    runOnly: rules ? { type: 'rule', values: [...rules] } : { type: 'tag', values: STANDARD },
    resultTypes: ['violations'],
  }
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE)
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResults
  const found = violations.map(({ id, nodes }) => `${name}: ${id} of ${nodes.map(({ target }) => target).join(', ')}`)
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
  return wide > width ? [...found, `${name}: ${wide} px wide`] : found
}
