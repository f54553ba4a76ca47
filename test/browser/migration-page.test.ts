import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { noteExchange } from '../../src/core/proof/exchanges.ts'
import { markFirstLogin } from '../../src/core/users/store/arrivals.ts'
import { migrationPages } from '../../src/features/proof/page/serve.ts'
import { openHttp } from '../../src/platform/http.ts'
import { application, login, type TestApp } from '../builders.ts'
import { launchBrowser } from '../chromium.ts'
import { configure, hookKnows, moveOver, personOf } from '../house/legacy.ts'
import { imported } from '../house/proof.ts'
import { world } from '../world.ts'

/** Where to keep pictures of the page for the documents, if they are wanted. */
const pictures = process.env.ANTIPHON_MIGRATION_PICTURES
const DAY_MS = 86_400_000
const HOSTILE = `<img src=x onerror="document.title='owned'"> "Shop" & Sons`
const WAYS = ['legacy', 'legacy', 'legacy', 'grace', 'password', 'code', 'oauth:google']

const w = await world('sqlite')
const page = await openHttp(w.deps, { allowedOrigins: async () => [] })
await migrationPages(page, w.deps, 'any_host')
await page.listen({ host: '127.0.0.1', port: 0 })
const origin = `http://127.0.0.1:${(page.server.address() as AddressInfo).port}`
let browser: Browser
before(async () => {
  browser = await launchBrowser()
})
after(async () => {
  await browser.close()
  await page.close()
})

const jwt = (claims: object) =>
  ['eyJhbGciOiJSUzI1NiJ9', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'c2ln'].join('.')

/** Forty days of a migration: an import, people who come day by day, some who are refused. */
async function migrated(name: string): Promise<TestApp> {
  const app = await application(w, { name: pictures ? 'Larkspur Shop' : name })
  await configure(app)
  const people = Array.from({ length: 240 }, (_, i) => [`auth0|5f7c8ec7c33c6c${String(i).padStart(3, '0')}`, i % 40])
  const ids = Object.values(await imported(w, app, Object.fromEntries(people)))
  const token = jwt({ iss: 'https://larkspur.eu.auth0.com/', sub: HOSTILE, exp: w.deps.now() / 1000 })
  for (let day = 0; day < 40; day++) {
    const some = ids.splice(0, Math.max(1, Math.round(14 * 0.93 ** day)))
    for (const [i, id] of some.entries()) {
      const way = WAYS[(day + i) % WAYS.length] as string
      await w.deps.transact((tx) => markFirstLogin(tx, app.id, id, way, w.deps.now()))
      if (day > 30 || i % 3 > 0) await login(w, app, id)
      for (let n = 0; n < 3; n++)
        noteExchange(w.deps, app.id, n === 2 && i % 4 === 0 ? { kind: 'in_grace' } : { kind: 'exchanged', way: 'hook' })
    }
    if (day % 9 === 4) noteExchange(w.deps, app.id, { kind: 'refused', reason: 'invalid_token', token })
    if (day % 13 === 5) noteExchange(w.deps, app.id, { kind: 'unclear', reason: 'request_failed', token })
    w.advance(DAY_MS)
  }
  hookKnows(w, personOf('auth0|nobody-knows', 'zoe@example.com'))
  await moveOver(w, app)
  return app
}

async function look(scheme: 'light' | 'dark', width: number, app: string, key: string) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } })
  after(() => context.close())
  const opened = await context.newPage()
  const complaints: string[] = []
  opened.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  opened.on('pageerror', (error) => complaints.push(String(error)))
  const asked: string[] = []
  opened.on('request', (request) => asked.push(request.url()))
  await opened.goto(`${origin}/migration`)
  await opened.getByLabel('Application').fill(app)
  await opened.getByLabel('Management key').fill(key)
  await opened.getByLabel('Management key').press('Enter')
  return { opened, complaints, asked }
}

/** What a reader of the accessibility tree would miss, and what is wider than the page. */
const findFaults = (opened: Page): Promise<string[]> =>
  opened.evaluate(`(() => {
    const faults = []
    const nameless = (element) => !(element.labels?.length || element.getAttribute('aria-label') || element.getAttribute('aria-labelledby') || element.textContent.trim())
    for (const element of document.querySelectorAll('input, button, progress, [role=region], section')) if (nameless(element)) faults.push('no name: ' + element.outerHTML.slice(0, 80))
    for (const svg of document.querySelectorAll('svg[role=img]')) if (!svg.querySelector('title')?.textContent || !svg.querySelector('desc')?.textContent) faults.push('no title: ' + svg.id)
    for (const element of document.querySelectorAll('[aria-labelledby]')) for (const id of element.getAttribute('aria-labelledby').split(' ')) if (!document.getElementById(id)) faults.push('no such id: ' + id)
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push('twice: ' + id)
    if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1')
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push('wider than the page: ' + document.documentElement.scrollWidth)
    return faults
  })()`)

for (const [scheme, width] of [
  ['light', 1280],
  ['dark', 320],
] as const) {
  test(`whoever has the key sees whether the old system can be switched off: ${scheme}, ${width} px wide`, async () => {
    const app = await migrated(HOSTILE)
    const { opened, complaints, asked } = await look(scheme, width, app.id, app.managementKey)
    await opened.getByRole('heading', { level: 1, name: /^No, the old system is still needed/ }).waitFor()
    assert.equal(await opened.evaluate('document.activeElement.tagName'), 'H1')
    assert.match(await opened.title(), pictures ? /^Migration of Larkspur Shop/ : /^Migration of <img src=x/)
    assert.equal(await opened.locator('img[src="x"], section script').count(), 0)
    for (const summary of await opened.locator('summary').all()) await summary.press('Enter')
    assert.equal(await opened.getByRole('row', { name: /^by their session/ }).count(), 1)
    assert.equal(
      (await opened
        .getByRole('listitem')
        .filter({ hasText: /larkspur\.eu\.auth0\.com, for <im••ons/ })
        .count()) > 0,
      true,
    )
    assert.deepEqual(await findFaults(opened), [])
    assert.ok(asked.every((url) => url.startsWith(origin) && !url.includes(app.managementKey)))
    assert.equal(
      await opened.evaluate('JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])'),
      '[{},{},""]',
    )
    assert.ok(!w.log.some((line) => line.includes(app.managementKey)))
    if (pictures) {
      for (const summary of await opened.locator('summary').all()) await summary.press('Enter')
      await opened.screenshot({ path: `${pictures}/migration-${scheme}-${width}.png`, fullPage: true })
    }
    await opened.getByRole('button', { name: 'Look again' }).click()
    await opened.getByRole('button', { name: 'Look again', disabled: false }).waitFor()
    assert.deepEqual(complaints, [])
  })
}

test('whoever has no key, or that of another application, is told so and sees nothing', async () => {
  const [app, other] = [await application(w), await application(w)]
  const { opened } = await look('light', 640, app.id, 'no-key')
  await opened
    .getByRole('alert')
    .getByText(
      'This management key is unknown, revoked, expired, or none of the instance where only such a one may act.',
    )
    .waitFor()
  await opened.getByLabel('Management key').fill(other.managementKey)
  await opened.getByRole('button', { name: 'Look' }).click()
  await opened
    .getByRole('alert')
    .getByText('There is no such thing here: an id in the request, or its address, is wrong.')
    .waitFor()
  assert.equal(await opened.locator('h1').count(), 0)
  await opened.getByLabel('Management key').fill(app.managementKey)
  await opened.getByRole('button', { name: 'Look' }).click()
  await opened.getByRole('heading', { level: 1, name: /^Nobody can say yet/ }).waitFor()
  assert.deepEqual(await findFaults(opened), [])
})
