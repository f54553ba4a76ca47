import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { launchBrowser } from '../chromium.ts'
import { freePort, root, type Started, startDev, started } from './example.ts'

const example = join(root, 'examples/bcrypt-migration')
const [{ folder, port }, shopPort, hookPort] = [await startDev(), await freePort(), await freePort()]
const shop = `https://127.0.0.1:${shopPort}`
const env = {
  ANTIPHON: `https://127.0.0.1:${port}`,
  ANTIPHON_DATA: folder,
  NODE_EXTRA_CA_CERTS: join(folder, 'localhost.crt'),
  PORT: String(shopPort),
  HOOK_PORT: String(hookPort),
  PAGE: shop,
  SHOP_DATABASE: join(folder, 'shop.db'),
}
const browser = await launchBrowser()
after(() => browser.close())

const atStep = (step: number): Promise<Started> =>
  started(['shop.mjs'], 'is ready', { ...env, STEP: String(step) }, example)

/** What `move.mjs` says. */
async function move(what: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['move.mjs', what], {
    cwd: example,
    env: { ...process.env, ...env },
  })
  return stdout
}

async function openShop(): Promise<Page> {
  const opened = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
  await opened.goto(shop)
  return opened
}

async function logIn(opened: Page, name: string): Promise<void> {
  await opened.getByLabel('E-mail address').fill(`${name}@shop.example`)
  await opened.getByLabel('Password').fill('correct horse battery')
  await opened.getByRole('button', { name: 'Log in' }).click()
}

const isIn = (opened: Page, who: string) => opened.getByText(`Logged in as ${who}`).waitFor()
const ANA = 'customer 1, with 3 orders'
const BEA = 'customer 2, with 1 orders'

/** Names of the cookies that the shop has given. */
const cookiesOf = async (opened: Page) => (await opened.context().cookies(shop)).map(({ name }) => name)
const statusOf = async (opened: Page, path: string, method = 'GET') =>
  (await opened.context().request.fetch(`${shop}${path}`, { method, maxRedirects: 0 })).status()

test('a shop moves while people are in it: nobody logs in again, each keeps the password, and then nothing old is left', async () => {
  const old = await atStep(1)
  const [ana, bea, late] = [await openShop(), await openShop(), await openShop()]
  await logIn(ana, 'ana')
  await isIn(ana, ANA)
  await logIn(bea, 'bea')
  await isIn(bea, BEA)
  await logIn(late, 'ana')
  await isIn(late, ANA)
  await old.stop()

  assert.match(await move('import'), /ana@shop.example: imported\nbea@shop.example: imported/)
  assert.match(await move('import'), /ana@shop.example: was there\nbea@shop.example: was there/)
  await move('hook')
  await move('hook')
  const both = await atStep(2)
  assert.equal(await statusOf(bea, '/api/orders'), 200)
  const { token } = await (await bea.context().request.get(`${shop}/ticket`)).json()
  assert.match(token, /^ticket\./)
  const asCookie = { headers: { cookie: `sid=${token}` } }
  assert.equal(
    (
      await (await browser.newContext({ ignoreHTTPSErrors: true })).request.get(`${shop}/api/orders`, asCookie)
    ).status(),
    401,
  )
  await ana.reload()
  await isIn(ana, ANA)
  await ana.waitForFunction(() => localStorage.getItem('antiphon.moved'))
  assert.equal((await cookiesOf(ana)).includes('sid'), false)
  await ana.getByRole('button', { name: 'Log out' }).click()
  await logIn(ana, 'ana')
  await isIn(ana, ANA)
  await bea.reload()
  await isIn(bea, BEA)
  const stranger = await openShop()
  await stranger.getByLabel('Password').waitFor()
  assert.equal(await statusOf(stranger, '/login', 'POST'), 404)
  assert.equal(await statusOf(stranger, '/api/orders'), 401)
  await both.stop()

  assert.match(await move('off'), /Known: 2. Came by their session: 2./)
  await atStep(3)
  for (const [opened, who] of [
    [ana, ANA],
    [bea, BEA],
  ] as const) {
    await opened.reload()
    await isIn(opened, who)
  }
  assert.equal(await statusOf(late, '/api/orders'), 401)
  assert.equal(await statusOf(late, '/ticket'), 404)
  await late.reload()
  await logIn(late, 'ana')
  await isIn(late, ANA)
})
