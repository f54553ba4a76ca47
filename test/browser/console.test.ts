import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Role } from '../../src/core/operators/roles.ts'
import { shopOf } from './console-shop.ts'
import { assertQuiet, type ConsolePage, consoleStage, fitsNarrow, settled } from './console-stage.ts'
import { examine } from './examine.ts'

const { w, origin, open, signedIn } = await consoleStage()

const { app, userId } = await shopOf(w)

/** Where to keep pictures of the screens for the documents, if they are wanted. */
const pictures = process.env.ANTIPHON_CONSOLE_PICTURES

/** Addresses of the screens that the navigation leads to, in its order. */
async function listedScreens({ page }: ConsolePage): Promise<string[]> {
  const links = page.locator('nav.nav-beside a')
  return await links.evaluateAll((all) => all.map((one) => new URL(String(Reflect.get(one, 'href'))).pathname))
}

const shown = async (it: ConsolePage, path: string) => {
  await it.page.goto(`${origin}${path}`)
  await settled(it)
}

test('somebody who is invited gets in by the link, adds a passkey, and gets in by that from then on', async () => {
  const it = await signedIn()
  const { page } = it
  await page.getByLabel('Name of the passkey').fill('Laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.waitForURL(/\/apps\//)
  await page.getByRole('button', { name: /Operator/ }).click()
  await page.getByRole('button', { name: 'Log out', exact: true }).click()
  await page.locator('dialog').getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await page.waitForURL(/\/apps\//)
  await settled(it)
  assert.equal((await it.authenticator.credentialIds()).length, 1)
  assertQuiet(it, 'login')
})

test('a link that was used says so, and lets nobody in', async () => {
  const it = await signedIn()
  const other = await open()
  await other.page.goto(`${origin}/#invitation=aoi_nothing`)
  await other.page.getByRole('button', { name: 'Open the invitation' }).click()
  await other.page.getByText('This invitation is unknown, was used, or has expired.').waitFor()
  assertQuiet(other, 'invitation')
  assertQuiet(it, 'invitation')
})

test('what is in the way of a console is said in a sentence, before anybody is let in by what does not work', async () => {
  const it = await open()
  for (const path of ['/', '/#invitation=aoi_nothing']) {
    await it.page.goto(`${origin.replace('localhost', '127.0.0.1')}${path}`)
    await it.page.getByRole('alert').getByText('Passkeys need a name, and 127.0.0.1 is an address.').waitFor()
    await it.page.goto('about:blank')
  }
  assertQuiet(it, 'problem')
})

test('every screen is whole for everybody in every look, and breaks no rule of its policy', async () => {
  const it = await signedIn()
  await shown(it, `/apps/${app.id}/users`)
  const screens = await listedScreens(it)
  assert.ok(screens.length > 0)
  for (const path of [...screens, `/apps/${app.id}/users/${userId}`]) {
    await shown(it, path.replace(/^\/apps\/[^/]+/, `/apps/${app.id}`))
    await examine(it.page)
    assert.ok(await fitsNarrow(it.page), `${path} is wider than its window`)
    assert.equal(await it.page.locator('h1').count(), 1, path)
    assert.notEqual(await it.page.title(), 'owned')
    assertQuiet(it, path)
    if (pictures !== undefined) await takePictures(it, path)
  }
})

/** Of a month, where there is a choice. */
const A_MONTH = '?span=30d'

/** In light and in dark, called after the path. */
async function takePictures(it: ConsolePage, path: string): Promise<void> {
  const name = path
    .replace(/^\/apps\/[^/]+/, '')
    .replace(userId, 'one')
    .replaceAll('/', '-')
    .replace(/^-/, '')
  for (const colorScheme of ['light', 'dark'] as const) {
    await it.page.emulateMedia({ colorScheme })
    await it.page.setViewportSize({ width: 1280, height: 720 })
    await shown(it, path.replace(/^\/apps\/[^/]+/, `/apps/${app.id}`) + A_MONTH)
    await it.page.screenshot({ path: `${pictures}/console-${name || 'start'}-${colorScheme}.png` })
  }
  await it.page.emulateMedia({ colorScheme: 'light' })
}

test('all of it is done by the keyboard alone', async () => {
  const it = await signedIn()
  const { page } = it
  await shown(it, `/apps/${app.id}/users/${userId}`)
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  for (const key of ['g', 'u']) await page.keyboard.press(key)
  await page.waitForURL(/\/users$/)
  await settled(it)
  await page.keyboard.press('/')
  await page.keyboard.type('nobody@example.com')
  await page.keyboard.press('Enter')
  await page.waitForURL(/query=nobody/)
  await settled(it)
  // From the first element on: each has its turn, and shows that it has.
  const seen = new Set<string>()
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab')
    const at = String(
      await page.evaluate(`(() => {
      const { outlineStyle } = getComputedStyle(document.activeElement)
      return outlineStyle === 'none' ? 'unseen: ' + document.activeElement.outerHTML.slice(0, 80) : document.activeElement.outerHTML.slice(0, 80)
    })()`),
    )
    // The parts inside a date have a ring of the browser's own.
    assert.doesNotMatch(at, /^unseen: (?!<body|<input type="date")/, at)
    seen.add(at)
  }
  assert.ok(seen.size > 10)
  assertQuiet(it, 'keys')
})

const blocked = async () => (await app.manage(`/users/${userId}`)).body.user.status === 'inactive'
const WRITE = `**/users/${userId}/status`

test('what was refused, is slow, or was lost is said as it is, and a second click does no harm', async () => {
  const it = await signedIn()
  const { page } = it
  await shown(it, `/apps/${app.id}/users/${userId}`)
  const dialog = page.getByRole('dialog')
  const press = () => dialog.getByRole('button', { name: 'Block', exact: true }).click()
  const ask = async () => {
    await page.getByRole('button', { name: 'Block', exact: true }).click()
    await press()
  }
  await page.route(WRITE, (route) =>
    route.fulfill({ status: 503, json: { code: 'overloaded', status: 'unavailable', message: 'The server is busy.' } }),
  )
  await ask()
  await dialog.getByText('The server is busy.').waitFor()
  assert.equal(await blocked(), false)
  await page.unroute(WRITE)
  await page.route(WRITE, async (route) => {
    await route.fetch()
    await route.abort()
  })
  await press()
  await dialog.getByText('We do not know whether it was done.').waitFor()
  assert.equal(await blocked(), true)
  await page.unroute(WRITE)
  await dialog.getByRole('button', { name: 'Look how it is now' }).click()
  await page.getByRole('button', { name: 'Unblock', exact: true }).click()
  let calls = 0
  await page.route(WRITE, async (route) => {
    calls++
    await new Promise((resolve) => setTimeout(resolve, 500))
    await route.continue()
  })
  await dialog.getByRole('button', { name: 'Unblock', exact: true }).dblclick()
  await dialog.getByText('The user is active.').waitFor()
  assert.deepEqual([calls, await blocked()], [1, false])
  assert.deepEqual(
    it.faults().filter((fault) => !/503|ERR_FAILED/.test(fault)),
    [],
  )
})

test('whoever has been put out is asked to log in over the page, and what they did is done then', async () => {
  const it = await signedIn()
  const { page } = it
  await page.getByLabel('Name of the passkey').fill('Laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.waitForURL(/\/apps\//)
  await shown(it, `/apps/${app.id}/users/${userId}`)
  w.advance(6 * 60_000)
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await w.deps.transact((tx) =>
    tx.withTables<{ operator_sessions: object }>().deleteFrom('operator_sessions').execute(),
  )
  await page.getByRole('button', { name: 'Block', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click()
  await page.getByRole('button', { name: 'Log in with a passkey' }).click()
  await page.getByText('The user is blocked.').waitFor()
  assert.equal(await blocked(), true)
  await app.manage(`/users/${userId}/status`, { method: 'PUT', body: { status: 'active' } })
  assertQuiet(it, 'again')
})

test('an operation that the role lacks is not even asked for, and its screen says what is missing', async () => {
  const owner = await signedIn()
  await shown(owner, `/apps/${app.id}/users`)
  const screens = await listedScreens(owner)
  const refused: string[] = []
  const walk = async (role: Role) => {
    const it = await signedIn(role)
    it.page.on('response', (response) => {
      if (response.status() === 403) refused.push(`${role} ${response.url().slice(origin.length)}`)
    })
    for (const path of screens) await shown(it, path.replace(/^\/apps\/[^/]+/, `/apps/${app.id}`))
    assertQuiet(it, role)
  }
  await Promise.all((['analyst', 'support', 'developer', 'auditor'] satisfies Role[]).map(walk))
  assert.deepEqual(refused, [])
})
