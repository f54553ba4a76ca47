import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createSite } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../chromium.ts'
import { freePort, root, startDev, started } from './example.ts'

const example = join(root, 'examples/vite-express')
const vite = join(root, 'node_modules/vite/bin/vite.js')

const { folder, port, said: saidByDev } = await startDev()
const [apiPort, pagePort] = [await freePort(), await freePort()]
const [antiphon, page] = [`https://localhost:${port}`, `https://localhost:${pagePort}`]
const API = { ANTIPHON: antiphon, PORT: String(apiPort), NODE_EXTRA_CA_CERTS: join(folder, 'localhost.crt') }
const PAGE = { VITE_ANTIPHON: `localhost:${port}`, API: `http://127.0.0.1:${apiPort}`, ANTIPHON_DATA: folder }

await Promise.all([
  started(['api.mjs'], 'is ready', API, example),
  started([vite, '--port', String(pagePort)], 'ready in', PAGE, example),
])
const browser = await launchBrowser()
after(() => browser.close())

const keyOf = (name: string) => ({
  authorization: `Bearer ${readFileSync(join(folder, name), 'utf8').trim()}`,
  'content-type': 'application/json',
})

/** A call of the management API, by the browser's own client: it takes the certificate. */
async function manage(opened: Page, method: string, path: string, data?: object) {
  const url = `${antiphon}/v2/session/apps${path}`
  const options = { method, headers: keyOf('instance.key'), ...(data && { data }) }
  const answer = await opened.context().request.fetch(url, options)
  assert.ok(answer.ok(), await answer.text())
  return await answer.json()
}

/** The code in the newest message, once it is there. */
async function newestCode(opened: Page, app: string, email: string): Promise<string> {
  for (let i = 0; i < 50; i++) {
    const { mail } = await manage(opened, 'GET', `/${app}/mailbox`)
    const [code] =
      /\b\d{6}\b/.exec(mail.find(({ recipient }: { recipient: string }) => recipient === email)?.text ?? '') ?? []
    if (code) return code
    await opened.waitForTimeout(100)
  }
  return assert.fail('no message came')
}

const press = (opened: Page, name: string) => opened.getByRole('button', { name, exact: true }).click()

async function logIn(opened: Page, email: string, app = 'demo'): Promise<void> {
  await opened.getByLabel('E-mail address').fill(email)
  await press(opened, 'Send a code')
  await opened.getByLabel('Code').fill(await newestCode(opened, app, email))
  await press(opened, 'Log in')
}

async function openPage(url: string): Promise<Page> {
  const opened = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
  await opened.goto(url)
  return opened
}

const says = (opened: Page, fault: string) => opened.getByRole('alert').getByText(fault).waitFor()
const isIn = (opened: Page, email: string) => opened.getByText(`Logged in as ${email}`).waitFor()

/** A web server for the example as it is built, in plain http. */
async function builtSite(): Promise<string> {
  const dist = join(folder, 'dist')
  const built = spawn(process.execPath, [vite, 'build', '--outDir', dist, '--logLevel', 'error'], {
    cwd: example,
    env: { ...process.env, ...PAGE },
  })
  assert.equal(await new Promise((resolve) => built.once('exit', resolve)), 0)
  const types: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' }
  const site = createSite(({ url = '' }, response) => {
    if (url.startsWith('/api/')) return void response.writeHead(401, { 'content-type': 'application/json' }).end('{}')
    const path = join(dist, url === '/' ? 'index.html' : url)
    response.writeHead(200, { 'content-type': types[extname(path)] ?? '' }).end(readFileSync(path))
  }).listen(0, 'localhost')
  after(() => site.close())
  await new Promise((resolve) => site.once('listening', resolve))
  return `http://localhost:${(site.address() as AddressInfo).port}`
}

test('a page of its own origin logs in by code, its backend knows who calls, and log-out is seen by both', async () => {
  const opened = await openPage(page)
  const context = opened.context()
  await says(opened, 'TypeError: Failed to fetch')
  assert.equal(saidByDev().split(`Hint: ${page} may not call localhost:${port}: `).length, 2)

  await manage(opened, 'PATCH', '/demo', { allowed_origins: [page] })
  await opened.reload()
  await logIn(opened, 'ana@example.com')
  await isIn(opened, 'ana@example.com')
  const said = JSON.parse((await opened.locator('#me').textContent()) ?? '')
  assert.match(said.user, /^usr_/)

  await opened.reload()
  await isIn(opened, 'ana@example.com')
  await press(opened, 'Log out')
  await opened.getByLabel('E-mail address').waitFor()
  await opened.reload()
  await opened.getByLabel('E-mail address').waitFor()
  assert.equal((await context.request.get(`${page}/api/me`)).status(), 401)
  const forged = { authorization: 'Bearer eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30.' }
  assert.equal((await context.request.get(`${page}/api/me`, { headers: forged })).status(), 401)
})

test('in plain http the right code is refused, for the cookie is withheld, until cookies are for other sites', async () => {
  const site = await builtSite()
  const opened = await openPage(site)
  await manage(opened, 'PATCH', '/demo', { allowed_origins: [page, site] })
  await opened.reload()
  await logIn(opened, 'bea@example.com')
  await says(opened, 'UnauthorizedError: These credentials are missing, wrong or no longer valid.')
  assert.match(saidByDev(), new RegExp(`Hint: ${site} is on another site than ${antiphon}, so the browser withheld`))

  await manage(opened, 'PATCH', '/demo/settings', { settings: { sessions: { cookie_same_site: 'none' } } })
  await opened.reload()
  await logIn(opened, 'carl@example.com')
  await isIn(opened, 'carl@example.com')
  await manage(opened, 'PATCH', '/demo/settings', { settings: { sessions: { cookie_same_site: null } } })
})

test('an application of its own answers at a name below localhost, to a page of that name', async () => {
  const ownPort = await freePort()
  const own = `https://shop.session.localhost:${ownPort}`
  const env = { ...PAGE, VITE_ANTIPHON: `shop.session.localhost:${port}` }
  await started([vite, '--port', String(ownPort)], 'ready in', env, example)
  const opened = await openPage('about:blank')
  await manage(opened, 'POST', '', { id: 'shop', name: 'Shop', mode: 'dev' })
  await manage(opened, 'PATCH', '/shop', { allowed_origins: [own] })
  await opened.goto(own)
  await logIn(opened, 'dora@example.com', 'shop')
  await isIn(opened, 'dora@example.com')
})
