import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import {
  claim,
  demo,
  fault,
  heading,
  lettersTo,
  openBrowser,
  openDemo,
  press,
  signInAndUpgrade,
  text,
} from './demo-stage.ts'
import { examine } from './examine.ts'

const CALLBACK = '/v1/session/login/oauth/larkspur/callback'
const PAGE = `${demo.origin}/demo/`

type Choice = 'Ada Lovelace' | 'Grace Hopper' | undefined

/** Go to Larkspur ID and choose whom to be, or nobody. Answers where Antiphon was told of it. */
async function comeBy(page: Page, choice: Choice): Promise<string> {
  const answering = page.waitForRequest((request) => new URL(request.url()).pathname === CALLBACK)
  await press(page, 'Continue with Larkspur ID')
  await heading(page, 'Larkspur ID')
  if (!choice) await examine(page)
  await (choice ? page.getByRole('button', { name: `Continue as ${choice}` }).click() : press(page, 'Cancel'))
  return (await answering).url()
}

const codeSent = (page: Page) => page.getByText('A code is on its way to grace-hopper@larkspur.example').waitFor()
const alerts = (page: Page) => page.getByRole('alert').filter({ visible: true }).count()

/** What the demo's page keeps in the browser, by name. */
const kept = async (context: BrowserContext, page: Page) => [
  ...((await page.evaluate('Object.keys(localStorage)')) as string[]),
  ...(await context.cookies(PAGE)).map(({ name }) => name),
]

test('Larkspur ID signs in whose address it has verified: the very user who has come over by an old session', async () => {
  const { context, complaints } = await openBrowser()
  const page = await signInAndUpgrade(context, 'Ada Lovelace')
  const user = await claim(page, 'sub')
  await press(page, 'Log out')
  await press(page, 'Sign out of Larkspur')
  await comeBy(page, 'Ada Lovelace')
  await heading(page, 'Signed in to Antiphon')
  assert.equal(page.url(), PAGE)
  assert.equal(await claim(page, 'sub'), user)
  assert.equal(await claim(page, 'amr'), 'fed')
  const identifier = page.locator('#identifiers li')
  assert.match(await text(identifier), /ada-lovelace@larkspur\.exampleverified/)
  await page.locator('#wire').getByText('SDK to Antiphon').first().waitFor()
  assert.ok(!(await kept(context, page)).includes('prld.oauth.code_verifier'))
  assert.deepEqual(complaints, [])
})

test('an address that Larkspur ID does not vouch for is proven by a code, the first time', async () => {
  const { context, complaints } = await openBrowser()
  const page = await openDemo(context)
  await comeBy(page, 'Grace Hopper')
  await codeSent(page)
  assert.equal(page.url(), PAGE)
  const first = await text(page.locator('.letter-code code'))
  const field = page.getByRole('textbox', { name: 'Code' })
  await field.fill(first === '000000' ? '111111' : '000000')
  await press(page, 'Check the code')
  await fault(page, 'That is not the code. You have 4 tries left.')
  await press(page, 'Send a new code')
  await lettersTo(page, 'grace-hopper@larkspur.example').nth(1).waitFor()
  const mailbox = await context.newPage()
  await mailbox.goto(`${PAGE}mailbox/`)
  const letter = mailbox.getByRole('listitem').filter({ hasText: 'grace-hopper@larkspur.example' }).first()
  await field.fill(await text(letter.locator('code')))
  await press(page, 'Check the code')
  await heading(page, 'Signed in to Antiphon')
  assert.equal(await claim(page, 'amr'), 'fed, otp')
  assert.match(await text(page.locator('#identifiers li')), /grace-hopper@larkspur\.exampleverified/)

  await press(page, 'Log out')
  await comeBy(page, 'Grace Hopper')
  await heading(page, 'Signed in to Antiphon')
  assert.equal(await claim(page, 'amr'), 'fed')
  assert.deepEqual(complaints, ['401 /v1/session/otp/check'])
})

test('who says no at Larkspur ID is told so, and nothing is kept of it', async () => {
  const { context, complaints } = await openBrowser()
  const page = await openDemo(context)
  const callback = await comeBy(page, undefined)
  await fault(page, 'the login was cancelled at Larkspur ID')
  assert.equal(page.url(), PAGE)
  assert.deepEqual(await kept(context, page), [])
  await page.goto(callback)
  await heading(page, 'Nothing to upgrade yet')
  assert.equal(await alerts(page), 0)
  assert.deepEqual(complaints, [])
})

test('reload, the back button and a second callback end where the first one did, and in no error', async () => {
  const { context, complaints } = await openBrowser()
  const page = await openDemo(context)
  const callback = await comeBy(page, 'Ada Lovelace')
  await heading(page, 'Signed in to Antiphon')
  const session = await claim(page, 'sid')
  const locations = [await locationOf(context, callback), await locationOf(context, callback)]
  assert.match(locations[0] ?? '', /\/demo\/\?challenge_token=/)
  assert.equal(locations[0], locations[1])
  for (const again of [() => page.reload(), () => page.goBack(), () => page.goto(callback)]) {
    await again()
    await heading(page, 'Signed in to Antiphon')
    assert.deepEqual([page.url(), await claim(page, 'sid'), await alerts(page)], [PAGE, session, 0])
  }
  await press(page, 'Log out')
  await heading(page, 'Nothing to upgrade yet')
  await page.goto(callback)
  await heading(page, 'Nothing to upgrade yet')
  assert.equal(await alerts(page), 0)
  assert.deepEqual(complaints, [])
})

const locationOf = async (context: BrowserContext, url: string) =>
  (await context.request.get(url, { maxRedirects: 0 })).headers().location
