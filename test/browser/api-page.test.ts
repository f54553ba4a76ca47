import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { apiDocuments } from '../../src/api-documents.ts'
import { apiPages } from '../../src/platform/api-page/serve.ts'
import { openHttp } from '../../src/platform/http.ts'
import { launchBrowser } from '../chromium.ts'
import { world } from '../world.ts'

/** Where to keep pictures of the page, if they are wanted. */
const pictures = process.env.ANTIPHON_API_PAGE_PICTURES
const FORBIDDEN = 'demo.session.test'

const w = await world('sqlite')
const server = await openHttp(w.deps, { allowedOrigins: async () => [] })
await apiPages(server, apiDocuments, async (host) => host === FORBIDDEN)
await server.listen({ host: '127.0.0.1', port: 0 })
const origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
let browser: Browser
before(async () => {
  browser = await launchBrowser()
})
after(async () => {
  await browser.close()
  await server.close()
})

test('whoever opens the page reads every operation of both APIs, and nothing is asked for elsewhere', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  after(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('websocket', (socket) => asked.push(socket.url()))

  await page.goto(`${origin}/docs`)
  await page.getByRole('heading', { level: 1, name: 'Antiphon Management API' }).waitFor()
  const link = page.getByRole('link', { name: 'Read every setting of an application, defaults included' })
  await link.first().click()
  await page.getByRole('heading', { name: 'Read every setting of an application, defaults included' }).waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/api-page.png` })

  await page.getByText('Management API', { exact: true }).first().click()
  await page.getByText('Frontend API', { exact: true }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Antiphon Frontend API' }).waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/api-page-frontend.png` })

  assert.deepEqual(complaints, [])
  assert.deepEqual(
    asked.filter((url) => !url.startsWith(`${origin}/docs`) && !url.startsWith('data:') && !url.startsWith('blob:')),
    [],
  )
})

test('on a phone, by night, an operation is read with its example, and nothing scrolls sideways', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
  after(() => context.close())
  const page = await context.newPage()
  await page.goto(`${origin}/docs/#frontend/tag/login-otp/POST/v1/session/otp/check`)
  const sample = page.getByText(/curl .*--request POST.*493817/s).last()
  await sample.waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/api-page-phone.png` })
  assert.match((await sample.textContent()) ?? '', /v1\/session\/otp\/check/)
  await page.evaluate('scrollTo(100, scrollY)')
  assert.equal(await page.evaluate('scrollX'), 0)
})

test('the page is of this process alone: no script inline, none of elsewhere, framed by nobody', async () => {
  const { headers } = await fetch(`${origin}/docs/`)
  const policy = headers.get('content-security-policy') ?? ''
  assert.match(policy, /^default-src 'none'; script-src 'self'; /)
  assert.match(policy, /connect-src 'self'; .*frame-ancestors 'none'$/)
  assert.ok(!policy.includes('http') && !policy.includes('eval'), policy)
})

test('documents and script are given to whoever asks, packed or not', async () => {
  const { paths } = (await (await fetch(`${origin}/docs/management.json`)).json()) as { paths: object }
  assert.ok('/v2/session/apps' in paths)
  const plain = await server.inject({ url: '/docs/scalar.js', headers: { host: 'x' } })
  const packed = await fetch(`${origin}/docs/scalar.js`)
  assert.equal(packed.headers.get('content-encoding'), 'gzip')
  assert.equal(await packed.text(), plain.body)
  assert.equal(packed.headers.get('vary'), 'Origin, Accept-Encoding')
  assert.equal(plain.headers.vary, 'Origin, Accept-Encoding')
})

test('where the host is an application’s own there is no page', async () => {
  for (const url of ['/docs/', '/docs/scalar.js', '/docs/management.json'])
    assert.equal((await server.inject({ url, headers: { host: FORBIDDEN } })).statusCode, 404, url)
})
