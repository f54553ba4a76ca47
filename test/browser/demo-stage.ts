import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { connectDemo, demoPages } from '../../demo/index.ts'
import { manage } from '../../demo/server/management.ts'
import { createApplication } from '../../src/core/applications/create.ts'
import { directory } from '../../src/core/applications/directory.ts'
import { UNLIMITED } from '../../src/core/applications/key-limits.ts'
import { newApiKey } from '../../src/core/applications/make-key.ts'
import { type ApplicationChange, findApplication, swapApplication } from '../../src/core/applications/store.ts'
import { generateInitialKeys } from '../../src/core/signing-keys/keyring.ts'
import { openProcess, startServer } from '../../src/main.ts'
import { openLog } from '../../src/platform/log.ts'
import { launchBrowser } from '../chromium.ts'
import { selfSignedCertificate } from '../tls.ts'
import { freshDatabase } from '../world.ts'

/** Where to keep pictures of the page for the documents, if they are wanted: `docs/guide/images`. */
const pictureFolder = process.env.ANTIPHON_PICTURES

/** A folder of `antiphon dev` whose demo the stories play on, for whoever has done something beside it; else they have one of their own. */
const devFolder = process.env.ANTIPHON_DEMO_FOLDER
const inFolder = (name: string) => readFileSync(join(devFolder ?? '', name), 'utf8')

/** What a server needs to go on where another ended, or to begin. */
async function openStore() {
  if (devFolder === undefined) {
    const masterKey = new Uint8Array(32).fill(7)
    return { databaseUrl: await freshDatabase('sqlite'), masterKey, tls: await selfSignedCertificate() }
  }
  const tls = { cert: inFolder('localhost.crt'), key: inFolder('localhost.key') }
  const masterKey = new Uint8Array(Buffer.from(inFolder('master.key'), 'base64'))
  return { databaseUrl: `sqlite:${join(devFolder, 'antiphon.db')}`, masterKey, tls }
}

/** A server as `antiphon dev` runs it: TLS by a certificate of its own, hooks on this machine, one application for every host. */
async function startDemo() {
  const { databaseUrl, masterKey, tls } = await openStore()
  const opened = openProcess(
    {
      databaseUrl,
      expectDatabase: false,
      processes: undefined,
      databasePool: 16,
      drainSeconds: 0,
      tlsFiles: undefined,
      secretFiles: [],
      listen: { host: '127.0.0.1', port: pictureFolder ? 8443 : 0 },
      metricsListen: undefined,
      metricsPublic: false,
      consoleListen: undefined,
      consoleHost: undefined,
      consoleCompany: undefined,
      masterKey,
      previousMasterKeys: [],
      baseDomain: 'session.localhost',
      publicScheme: 'https',
      tls,
      trustedProxies: [],
      defaultApp: 'demo',
      allowPrivateHooks: true,
      extraCertificateAuthority: tls.cert,
      fidoMetadata: undefined,
      dnsServers: [],
      trustTraceparent: false,
      logRequests: false,
      logLevel: 'error',
    },
    openLog('error'),
  )
  const { deps } = opened
  const key = newApiKey(deps, 'dev')
  let origin = ''
  const antiphon = {
    origin: () => origin,
    appId: 'demo',
    managementKey: devFolder === undefined ? key.secret : inFolder('demo-management.key').trim(),
    certificate: tls.cert,
    now: deps.now,
  }
  const running = await startServer(opened, { pages: (server) => demoPages(server, antiphon) })
  after(() => running.stop())
  origin = `https://localhost:${new URL(running.address).port}`
  const signingKeys = await generateInitialKeys(deps, 'demo')
  const firstKey = { ...UNLIMITED, createdBy: 'test', hash: key.hash }
  // One that is there stays as it is.
  await deps.transact((tx) =>
    createApplication(tx, deps, { id: 'demo', name: 'Demo', mode: 'dev', signingKeys, firstKey }),
  )
  const change = async (part: ApplicationChange) => {
    const { version = 0 } = (await findApplication(deps.db, 'demo')) ?? {}
    await deps.transact((tx) => swapApplication(tx, 'demo', version, part))
    directory(deps).forget('demo')
  }
  await change({ publicOrigins: [origin] })
  await connectDemo(antiphon)
  /** Configure the application as somebody would who has its key. */
  const configure = (path: string, body: object) => manage(antiphon, path, { method: 'PUT', body })
  return { origin, change, configure }
}

export const demo = await startDemo()
const browser: Browser = await launchBrowser()
after(() => browser.close())

/** Where the focus has fallen to the top of the page, so that whoever works by keyboard begins anew. */
const falls: string[] = []
after(() => assert.deepEqual(falls, []))

/** Looks at each frame what has the focus. Whoever takes it away by pressing the mouse elsewhere knows where to. */
const WATCH_FOCUS = `{
  let held = 'nothing'
  const look = () => {
    const now = document.activeElement
    const has = now && now !== document.body ? now.id || now.outerHTML : 'nothing'
    if (held !== 'nothing' && has === 'nothing') tellFall(held)
    held = has
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  addEventListener('pointerdown', () => { held = 'nothing' }, true)
}`

/** A browser of its own, with what its pages complain of. */
export async function openBrowser(viewport = { width: 1280, height: 1200 }) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  after(() => context.close())
  await context.exposeFunction('tellFall', (from: string) => falls.push(from))
  await context.addInitScript(WATCH_FOCUS)
  const complaints: string[] = []
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(complaintOf(message.text(), message.location().url))
  })
  return { context, complaints }
}

/** `401 /v1/session/refresh` for an answer that the browser tells of as an error; else what it says. */
function complaintOf(text: string, url: string): string {
  const status = /^Failed to load resource: .* status of (\d+)/.exec(text)?.[1]
  return status ? `${status} ${URL.parse(url)?.pathname}` : text
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Where it does not come, what the page shows in its place is said. */
export async function heading(page: Page, name: string): Promise<void> {
  try {
    await page.getByRole('heading', { name }).waitFor()
  } catch (cause) {
    throw new Error(`no heading “${name}” at ${page.url()}, but:\n${await page.locator('body').ariaSnapshot()}`, {
      cause,
    })
  }
}

/** Messages that the page shows to somebody: others may have some at the same time. */
export const lettersTo = (page: Page, recipient: string) => page.locator('.letter').filter({ hasText: recipient })
export const text = async (locator: Locator) => (await locator.textContent()) ?? ''

export const sessionCount = (page: Page, count: number) =>
  page
    .locator('#sessions-count')
    .filter({ hasText: new RegExp(`^${count}$`) })
    .waitFor()

/** The value of a claim of the access token that the page shows. */
const value = (page: Page, name: string) =>
  page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
    .locator('.value')
export const claim = (page: Page, name: string) => text(value(page, name))

export async function untilClaimIsNot(page: Page, name: string, old: string): Promise<string> {
  await value(page, name).filter({ hasNotText: old }).waitFor()
  return await claim(page, name)
}

export const untilClaimIs = (page: Page, name: string, wanted: string) =>
  value(page, name).getByText(wanted, { exact: true }).waitFor()

export async function openDemo(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(demo.origin)
  return page
}

export async function signInAndUpgrade(context: BrowserContext, name: string): Promise<Page> {
  const page = await openDemo(context)
  await page.getByLabel('Your name').fill(name)
  await press(page, 'Sign in')
  await press(page, 'Upgrade to Antiphon')
  await heading(page, 'Signed in to Antiphon')
  await sessionCount(page, 1)
  return page
}

/** Take the newest code from the mailbox on the page, and hand it in. */
export async function answerCode(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Fill in \d+$/ })
    .first()
    .click()
  await press(page, 'Check the code')
}

export async function signInByCode(context: BrowserContext, identifier: string): Promise<Page> {
  const page = await openDemo(context)
  await page.getByLabel('E-mail address or phone number').fill(identifier)
  await press(page, 'Send a code')
  await answerCode(page)
  await heading(page, 'Signed in to Antiphon')
  await page.locator('#identifiers li').first().waitFor()
  return page
}

/** Keep a picture once the page has come to rest: what was new has faded, no button is under the mouse, the countdown has gone some way. */
export async function picture(page: Page, name: string, height: number): Promise<void> {
  if (!pictureFolder) return
  await page.setViewportSize({ width: 1280, height })
  await page.mouse.move(0, 0)
  await page.locator('#ring-seconds').filter({ hasText: '47' }).waitFor()
  await page.screenshot({ path: join(pictureFolder, name) })
}

/** What those who do not see the page were last told. */
export const said = (page: Page, words: string | RegExp) =>
  page.locator('#announcement').filter({ hasText: words }).waitFor({ state: 'attached' })

/** What has the focus, by its id. */
export const focused = (page: Page) => page.evaluate('document.activeElement.id')

/** What went wrong, as the page says beside the form. */
export const fault = (page: Page, words: string | RegExp) => page.getByRole('alert').getByText(words).waitFor()
