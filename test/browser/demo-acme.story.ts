import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { claim, demo, fault, heading, openBrowser, openDemo, press, text } from './demo-stage.ts'
import { examine } from './examine.ts'

const PAGE = `${demo.origin}/demo/`
const CODE = '403 /v1/session/login/otp'

/** Say who one is on Acme's page, whichever of its two it is. */
async function chooseAtAcme(page: Page, name: string): Promise<void> {
  await heading(page, 'Acme’s own login')
  await page.getByRole('button', { name: new RegExp(`as ${name}`) }).click()
}

/** Whom the page shows as signed in; then nobody any more. */
async function readAndLeave(page: Page): Promise<string> {
  await heading(page, 'Signed in to Antiphon')
  assert.deepEqual([page.url(), await claim(page, 'amr')], [PAGE, 'fed'])
  const user = await claim(page, 'sub')
  await press(page, 'Log out')
  await heading(page, 'Nothing to upgrade yet')
  return user
}

/** As if a tile of Acme's portal were clicked. */
async function comeFromPortal(context: BrowserContext, name: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${demo.origin}/demo/acme`)
  await chooseAtAcme(page, name)
  return page
}

test('people of a company come in by its own login: asked for, and after a code or Larkspur ID was tried with its address', async () => {
  const { context, complaints } = await openBrowser()
  const page = await openDemo(context)
  await press(page, 'Acme’s own login')
  await heading(page, 'Acme’s own login')
  await examine(page)
  await chooseAtAcme(page, 'Mary Jackson')
  await page.getByText('mary-jackson@acme.example').first().waitFor()
  assert.match(await text(page.locator('#identifiers li')), /mary-jackson@acme\.exampleverified/)
  const user = await readAndLeave(page)

  await page.getByLabel('E-mail address or phone number').fill('mary-jackson@acme.example')
  await press(page, 'Send a code')
  await chooseAtAcme(page, 'Mary Jackson')
  assert.equal(await readAndLeave(page), user)

  await press(page, 'Continue with Larkspur ID')
  await heading(page, 'Larkspur ID')
  await page.getByRole('button', { name: 'Continue as Mary Jackson' }).click()
  await chooseAtAcme(page, 'Mary Jackson')
  assert.equal(await readAndLeave(page), user)
  assert.deepEqual(complaints, [CODE])
})

test('whoever comes by a tile of their company’s portal is asked whether they did, and signed in when they say so', async () => {
  const { context, complaints } = await openBrowser()
  const page = await comeFromPortal(context, 'Dorothy Vaughan')
  await heading(page, 'Have you just come from Acme?')
  await examine(page)
  await page.locator('#offer').getByText('dorothy-vaughan@acme.example').waitFor()
  await press(page, 'No, forget it')
  await page.getByLabel('E-mail address or phone number').waitFor()
  await page.close()

  const again = await comeFromPortal(context, 'Dorothy Vaughan')
  await press(again, 'Yes, sign me in')
  await heading(again, 'Signed in to Antiphon')
  const session = await claim(again, 'sid')
  const other = await comeFromPortal(context, 'Mary Jackson')
  await heading(other, 'Signed in to Antiphon')
  await press(other, 'Refresh now')
  assert.deepEqual([await claim(other, 'sid'), await other.locator('#offer').isVisible()], [session, false])
  assert.deepEqual(complaints, [])
})

test('a company signs nobody in for whose address it does not speak', async () => {
  const { context, complaints } = await openBrowser()
  const page = await comeFromPortal(context, 'Katherine Johnson')
  await fault(page, 'Acme does not speak for addresses of this domain')
  assert.equal(page.url(), PAGE)
  assert.deepEqual(complaints, [])
})
