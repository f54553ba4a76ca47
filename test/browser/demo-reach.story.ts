import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import {
  answerCode,
  demo,
  focused,
  heading,
  openBrowser,
  openDemo,
  press,
  said,
  sessionCount,
  signInAndUpgrade,
  text,
} from './demo-stage.ts'
import { examine } from './examine.ts'

/** How many colours an element shows. `lens` is a page without a policy for scripts. */
async function coloursOf(lens: Page, element: Locator): Promise<number> {
  const png = (await element.screenshot()).toString('base64')
  return Number(
    await lens.evaluate(`(async () => {
      const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,${png}')).blob())
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
      context.drawImage(bitmap, 0, 0)
      return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size
    })()`),
  )
}

test('in forced colours the switch, the arrows of the wire and the chosen way in are seen', async () => {
  const { context } = await openBrowser()
  const lens = await context.newPage()
  const page = await openDemo(context)
  await page.emulateMedia({ forcedColors: 'active' })
  const way = (name: string) => page.locator('.segments label').filter({ hasText: name })
  const ground = (label: Locator) =>
    label.evaluate((one) => one.ownerDocument.defaultView?.getComputedStyle(one).backgroundColor)
  assert.notEqual(await ground(way('By code')), await ground(way('By password')))
  await page.getByLabel('Your name').fill('Sofia Kovalevskaya')
  await press(page, 'Sign in')
  await press(page, 'Upgrade to Antiphon')
  await sessionCount(page, 1)
  const track = page.locator('.switch-track')
  assert.ok((await coloursOf(lens, page.locator('.parties i').first())) > 1, 'an arrow is seen')
  const on = (await track.screenshot()).toString('base64')
  assert.ok((await coloursOf(lens, track)) > 1, 'the switch is seen')
  await page.getByText('Refresh by itself').click()
  assert.ok((await coloursOf(lens, track)) > 1, 'the switch is seen when it is off')
  assert.notEqual((await track.screenshot()).toString('base64'), on)
})

test('by keyboard alone the oldest exchange is reached, and the list says that there are more', async () => {
  const page = await signInAndUpgrade((await openBrowser()).context, 'Emmy Noether')
  const more = page.locator('#wire-more')
  // What is under way brings rows and may lead the focus on: each reload is over before the next thing is done.
  const isIdle = page.locator('#sessions-list[aria-disabled="false"]')
  const reload = async () => {
    await isIdle.click()
    await said(page, 'One session.')
    await isIdle.waitFor()
  }
  while (!(await more.isVisible())) await reload()
  assert.match(await text(more), /^\d+ exchanges? more below: scroll the list\.$/)
  await page.locator('#revoke-all').focus()
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'wire')
  await page.keyboard.press('End')
  await more.waitFor({ state: 'hidden' })
})

test('a phone without Larkspur says in words, to all, why it cannot be added', async () => {
  const page = await signInAndUpgrade((await openBrowser({ width: 390, height: 844 })).context, 'Maria Mitchell')
  const hint = page.getByText('The pretend phone upgrades a session of Larkspur: sign in there first.')
  assert.equal(await hint.isVisible(), false)
  await press(page, 'Sign out of Larkspur')
  await hint.waitFor()
  const button = page.getByRole('button', { name: 'Add a pretend phone' })
  assert.equal(await button.getAttribute('aria-disabled'), 'true')
  await button.click({ force: true })
  assert.equal(await page.locator('#sessions tr').count(), 1)
})

test('on a phone the code is right above the field for it', async () => {
  const page = await openDemo((await openBrowser({ width: 390, height: 844 })).context)
  await press(page, 'Send a code')
  await page.locator('.letter').waitFor()
  await page.locator('.letter').getByRole('button').scrollIntoViewIfNeeded()
  const [letter, field] = await Promise.all([
    page.getByRole('button', { name: 'Fill in' }).boundingBox(),
    page.getByRole('button', { name: 'Check the code' }).boundingBox(),
  ])
  assert.ok(letter && field && letter.y < field.y && field.y - letter.y < 500, JSON.stringify([letter, field]))
  await answerCode(page)
  await heading(page, 'Signed in to Antiphon')
})

test('on a slow network the page says that it loads, and later that it waits', async () => {
  const { context } = await openBrowser()
  const page = await context.newPage()
  const held: (() => void)[] = []
  const hold = (glob: string) =>
    page.route(glob, async (route) => {
      await new Promise<void>((resolve) => held.push(resolve))
      await route.continue()
    })
  await hold('**/main.js')
  await page.goto(`${demo.origin}/demo/`, { waitUntil: 'commit' })
  await page.getByText('Loading the demo…').waitFor()
  await examine(page)
  held.pop()?.()
  await page.getByText('Loading the demo…').waitFor({ state: 'hidden' })

  await hold('**/demo/legacy/login')
  await press(page, 'Sign in')
  await page.getByRole('status').getByText('Waiting for the server…').waitFor()
  held.pop()?.()
  await heading(page, 'Ready to upgrade')
  await page.getByText('Waiting for the server…').waitFor({ state: 'hidden' })
})

test('whoever asks for a page that is not there is led back', async () => {
  const page = await (await openBrowser()).context.newPage()
  await page.goto(`${demo.origin}/demo/nothing`)
  await heading(page, 'There is nothing here')
  await examine(page)
  await page.getByRole('link', { name: 'To the demo' }).click()
  await heading(page, 'Nothing to upgrade yet')
})

test('a demo that somebody configured otherwise says so, and where it is put back, by a button', async () => {
  const { context, complaints } = await openBrowser()
  const page = await openDemo(context)
  await page.getByLabel('Your name').fill('Hypatia')
  await press(page, 'Sign in')
  const elsewhere = await demo.configure('config/migration', {
    session_validation_url: `${demo.origin}/demo/bank/confirm`,
  })
  assert.equal(elsewhere.status, 200)
  await press(page, 'Upgrade to Antiphon')
  await page.getByRole('alert').getByText('Larkspur knows this session, but Antiphon asks somebody else.').waitFor()
  await page.getByText('Does a story not go as it is told?').click()
  await press(page, 'Put the demo back')
  await page.getByText(/^Put back at /).waitFor()
  await said(page, 'The demo is put back.')
  await examine(page)
  await press(page, 'Upgrade to Antiphon')
  await heading(page, 'Signed in to Antiphon')
  assert.deepEqual(complaints, ['400 /v1/session/migration'])
})
