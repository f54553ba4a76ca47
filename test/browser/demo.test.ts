import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { createApplication, newApiKey } from '../../src/core/applications/create.ts'
import { directory } from '../../src/core/applications/directory.ts'
import { type ApplicationChange, findApplication, swapApplication } from '../../src/core/applications/store.ts'
import { generateInitialKeys } from '../../src/core/signing-keys/keyring.ts'
import { connectLegacyApp } from '../../src/features/demo/index.ts'
import { openProcess, startServer } from '../../src/main.ts'
import { openLog } from '../../src/platform/log.ts'
import { launchBrowser } from '../chromium.ts'
import { selfSignedCertificate } from '../tls.ts'
import { freshDatabase } from '../world.ts'

/** Where to keep a picture of the page for the documents, if one is wanted. */
const screenshotPath = process.env.ANTIPHON_SCREENSHOT

/** A server as `antiphon dev` runs it: TLS by a certificate of its own, hooks on this machine, one application for every host. */
async function startDemo() {
  const tls = await selfSignedCertificate()
  const opened = openProcess(
    {
      databaseUrl: await freshDatabase('sqlite'),
      listen: { host: '127.0.0.1', port: screenshotPath ? 8443 : 0 },
      metricsListen: undefined,
      masterKey: new Uint8Array(32).fill(7),
      baseDomain: 'session.localhost',
      publicScheme: 'https',
      tls,
      trustedProxies: [],
      defaultApp: 'demo',
      allowPrivateHooks: true,
      extraCertificateAuthority: tls.cert,
      logLevel: 'error',
    },
    openLog('error'),
  )
  const { deps } = opened
  const running = await startServer(opened, ['demo'])
  after(() => running.stop())
  const key = newApiKey(deps)
  const signingKeys = await generateInitialKeys(deps, 'demo')
  await deps.transact((tx) =>
    createApplication(tx, deps, { id: 'demo', name: 'Demo', mode: 'dev', signingKeys, apiKeyHash: key.hash }),
  )
  const origin = `https://localhost:${new URL(running.address).port}`
  const change = async (part: ApplicationChange) => {
    const { version = 0 } = (await findApplication(deps.db, 'demo')) ?? {}
    await deps.transact((tx) => swapApplication(tx, 'demo', version, part))
    directory(deps).forget('demo')
  }
  await change({ publicOrigins: [origin] })
  await connectLegacyApp(deps, running.address, 'demo', key.secret)
  return { origin, change }
}

const demo = await startDemo()
const browser = await launchBrowser()
after(() => browser.close())

/** A browser of its own, with what its pages complain of. */
async function openBrowser() {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 1200 },
    colorScheme: 'light',
  })
  after(() => context.close())
  const complaints: string[] = []
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { context, complaints }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor()
const text = async (locator: Locator) => (await locator.textContent()) ?? ''
const sessionCount = (page: Page, count: number) =>
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
const claim = (page: Page, name: string) => text(value(page, name))

async function untilClaimIsNot(page: Page, name: string, old: string): Promise<string> {
  await value(page, name).filter({ hasNotText: old }).waitFor()
  return await claim(page, name)
}

async function signInAndUpgrade(context: BrowserContext, name: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(demo.origin)
  await page.getByLabel('Your name').fill(name)
  await press(page, 'Sign in')
  await press(page, 'Upgrade to Antiphon')
  await heading(page, 'Signed in to Antiphon')
  await sessionCount(page, 1)
  return page
}

test('a legacy session becomes an Antiphon session, in two tabs, and ends when its owner says so', async () => {
  const { context, complaints } = await openBrowser()
  const first = await signInAndUpgrade(context, 'Ada Lovelace')
  assert.match(await claim(first, 'sub'), /^usr_/)
  assert.equal(await claim(first, 'amr'), 'legacy')
  assert.match(await text(first.locator('#wire')), /Antiphon to LarkspurPOST \/demo\/legacy\/validate/)

  const opening = context.waitForEvent('page')
  await first.getByRole('link', { name: 'Open a second tab' }).click()
  const second = await opening
  await heading(second, 'Signed in to Antiphon')
  await first.getByText('2 tabs open, both signed in').waitFor()
  assert.equal(await claim(second, 'sid'), await claim(first, 'sid'))

  const token = await claim(first, 'jti')
  await press(first, 'Refresh now')
  const refreshed = await untilClaimIsNot(first, 'jti', token)
  assert.equal(await untilClaimIsNot(second, 'jti', token), refreshed)
  await Promise.all([press(first, 'Refresh now'), press(second, 'Refresh now')])
  await untilClaimIsNot(first, 'jti', refreshed)
  await untilClaimIsNot(second, 'jti', refreshed)

  await press(first, 'Add a pretend phone')
  await sessionCount(first, 2)
  await first.getByRole('rowheader', { name: 'iPhone' }).waitFor()
  if (screenshotPath) await screenshot(first, screenshotPath)
  await press(first, 'Revoke all others')
  await sessionCount(first, 1)

  await press(first, 'Log out')
  await heading(first, 'Ready to take over')
  await heading(second, 'Ready to take over')
  await press(second, 'Sign out of Larkspur')
  await heading(second, 'Nothing to take over yet')
  await heading(first, 'Nothing to take over yet')
  assert.deepEqual(complaints, [])
})

/** Once the page has come to rest: what was new has faded, no button is under the mouse, the countdown has gone some way. */
async function screenshot(page: Page, path: string) {
  await page.mouse.move(0, 0)
  await page.locator('#ring-seconds').filter({ hasText: '47' }).waitFor()
  await page.screenshot({ path })
}

test('a session that another browser revokes is over, and is said to be', async () => {
  const here = await signInAndUpgrade((await openBrowser()).context, 'Grace Hopper')
  const there = await (await openBrowser()).context.newPage()
  await there.goto(demo.origin)
  await there.getByLabel('Your name').fill('Grace Hopper')
  await press(there, 'Sign in')
  await press(there, 'Upgrade to Antiphon')
  await sessionCount(there, 2)
  await press(there, 'Revoke all others')
  await sessionCount(there, 1)

  await press(here, 'Refresh now')
  await heading(here, 'This session was ended elsewhere')
  await press(here, 'Clear it away')
  await press(here, 'Upgrade to Antiphon')
  await heading(here, 'Signed in to Antiphon')
  await heading(there, 'Signed in to Antiphon')
})

test('a session that Larkspur has forgotten is refused in plain words', async () => {
  const { context } = await openBrowser()
  const page = await context.newPage()
  await page.goto(demo.origin)
  await press(page, 'Sign in')
  await page.getByRole('button', { name: 'Upgrade to Antiphon' }).waitFor()
  await context.request.post(`${demo.origin}/demo/legacy/logout`)
  await press(page, 'Upgrade to Antiphon')
  const alert = page.getByRole('alert')
  await alert.getByText('Larkspur does not know this session any more').waitFor()
  await alert.getByText('bad_request').waitFor()
  await press(page, 'Dismiss')
  await alert.waitFor({ state: 'hidden' })
  await heading(page, 'Nothing to take over yet')
})

test('an access token is replaced before it expires; left alone, it expires and the session lives', async () => {
  await demo.change({ settings: { sessions: { access_token_lifetime_seconds: 10 } } })
  const page = await signInAndUpgrade((await openBrowser()).context, 'Katherine Johnson')
  const token = await claim(page, 'jti')
  await untilClaimIsNot(page, 'jti', token)
  await page.getByText('Refreshed once by this tab').waitFor()
  assert.ok(Number(await text(page.locator('#ring-seconds'))) > 5)

  await page.getByText('Refresh by itself').click()
  await page.locator('#ring-seconds').filter({ hasText: '5' }).waitFor()
  const ring = await page.evaluate("getComputedStyle(document.getElementById('ring-rest')).strokeDasharray")
  assert.ok(Math.abs(Number.parseFloat(String(ring)) - 50) < 20, `half of the ring is left: ${ring}`)
  await heading(page, 'The access token has expired')
  await press(page, 'Refresh now')
  await heading(page, 'Signed in to Antiphon')
})
