import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { buildConsole } from '../../console/build.ts'
import { openConsole } from '../../src/console.ts'
import type { Role } from '../../src/core/operators/roles.ts'
import { packFiles } from '../../src/platform/console-pages.ts'
import { launchBrowser } from '../chromium.ts'
import { operatorOf } from '../house/console.ts'
import { type World, world } from '../world.ts'
import { type Authenticator, plugIn } from './authenticators.ts'

/** Of whatever goes wrong on a page by itself: one is a failure of the test. */
const TELLS_OF_VIOLATIONS = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  console.error('the policy refused ' + violatedDirective + ' ' + blockedURI))`

/** The refusals that a page asks for, and what is not configured yet: each is a line in the console of a browser. */
const REFUSED = /^Failed to load resource: the server responded with a status of (401|403|404)/

/** Somebody's page at the console. */
export interface ConsolePage {
  readonly page: Page
  readonly authenticator: Authenticator
  /** What went wrong on it by itself, since it was last asked. */
  faults(): string[]
  /** How many requests are under way. */
  waits(): number
}

export interface ConsoleStage {
  readonly w: World
  readonly origin: string
  open(): Promise<ConsolePage>
  /** A page at which somebody has just been let in by invitation. */
  signedIn(role?: Role): Promise<ConsolePage>
}

/** The console as it is built, with a browser beside it. */
export async function consoleStage(options: Parameters<typeof world>[1] = {}): Promise<ConsoleStage> {
  const w = await world('sqlite', options)
  w.advance(Date.now() - w.deps.now())
  const files = packFiles(await buildConsole())
  const server = await openConsole(w.deps, () => files, true)
  await server.listen({ host: '127.0.0.1', port: 0 })
  const origin = `http://localhost:${(server.server.address() as AddressInfo).port}`
  let browser: Browser
  before(async () => {
    // The library of the plots does not know the language that a headless browser has.
    browser = await launchBrowser(['--lang=en-US'])
  })
  after(async () => {
    await browser.close()
    await server.close()
  })

  async function open(): Promise<ConsolePage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' })
    const page = await context.newPage()
    const faults: string[] = []
    let underWay = 0
    await page.addInitScript({ content: TELLS_OF_VIOLATIONS })
    page.on('console', (message) => {
      if (message.type() === 'error' && !REFUSED.test(message.text())) faults.push(message.text())
    })
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('request', () => {
      underWay++
    })
    for (const end of ['requestfinished', 'requestfailed'] as const)
      page.on(end as 'requestfinished', () => {
        underWay--
      })
    return {
      page,
      authenticator: await plugIn(page),
      faults: () => faults.splice(0),
      waits: () => underWay,
    }
  }

  return {
    w,
    origin,
    open,
    async signedIn(role = 'owner') {
      const it = await open()
      const { invitation } = await operatorOf(w, { role })
      await it.page.goto(`${origin}/#invitation=${invitation}`)
      await it.page.getByRole('button', { name: 'Open the invitation' }).click()
      await it.page.getByLabel('Name of the passkey').waitFor()
      return it
    },
  }
}

const NARROW = 320

/** Whether a page fits into the narrowest window there is. */
export async function fitsNarrow(page: Page): Promise<boolean> {
  const viewport = page.viewportSize()
  await page.setViewportSize({ width: NARROW, height: 900 })
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth'))
  if (viewport) await page.setViewportSize(viewport)
  return wide <= NARROW
}

const QUIET_MS = 100

/** Wait until a screen is there, and nothing has been asked of the server for a moment. */
export async function settled({ page, waits }: ConsolePage): Promise<void> {
  await page.locator('h1').first().waitFor()
  for (let quiet = 0; quiet < QUIET_MS; quiet += 20) {
    await page.waitForTimeout(20)
    if (waits() > 0) quiet = 0
  }
}

export function assertQuiet(it: ConsolePage, place: string): void {
  assert.deepEqual(it.faults(), [], place)
}
