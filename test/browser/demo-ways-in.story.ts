import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import {
  answerCode,
  claim,
  fault,
  heading,
  lettersTo,
  openBrowser,
  openDemo,
  press,
  said,
  signInByCode,
  text,
} from './demo-stage.ts'
import { examine } from './examine.ts'

const CHECK = '401 /v1/session/login/otp/check'

const codeField = (page: Page) => page.getByRole('textbox', { name: 'Code' })

async function tryCode(page: Page, code: string) {
  await codeField(page).fill(code)
  await press(page, 'Check the code')
}

/** The passwords that the page would take, as the hints below the field say. */
const rules = (page: Page) => page.locator('#ways-rules li.kept')

test('a code from the mailbox signs in; a wrong one is called wrong, with the tries that are left', async () => {
  const { context, complaints } = await openBrowser()
  const page = await openDemo(context)
  await page.getByLabel('E-mail address or phone number').fill('mary@example.com')
  await press(page, 'Send a code')
  await page.getByText('A code is on its way to mary@example.com').waitFor()
  const code = await text(page.locator('.letter-code code'))
  await tryCode(page, code === '000000' ? '111111' : '000000')
  await fault(page, 'That is not the code. You have 4 tries left.')
  await examine(page)

  await press(page, 'Send a new code')
  await lettersTo(page, 'mary@example.com').nth(1).waitFor()
  await tryCode(page, code)
  await fault(page, 'That is not the code. You have 3 tries left.')
  await answerCode(page)
  await heading(page, 'Signed in to Antiphon')
  assert.equal(await claim(page, 'amr'), 'otp')
  assert.equal(await page.locator('.steps .done').count(), 0, 'who has no old session has not moved')
  await page.locator('.identifier').getByText('mary@example.com').waitFor()
  assert.deepEqual(complaints, [CHECK, CHECK])
})

test('a phone number gets its code by SMS, however it is written', async () => {
  const { context, complaints } = await openBrowser()
  const page = await signInByCode(context, '+33 6 11 22 33 44')
  assert.equal(await claim(page, 'amr'), 'otp, sms')
  assert.equal(await text(page.locator('.identifier')), '+33611223344')
  assert.deepEqual(complaints, [])
})

test('after five wrong tries the page says that the code is spent, and starts over', async () => {
  const page = await openDemo((await openBrowser()).context)
  const field = page.getByLabel('E-mail address or phone number')
  await field.fill('mistyped@example.com')
  await press(page, 'Send a code')
  const code = await text(page.locator('.letter-code code'))
  for (const left of ['4 tries', '3 tries', '2 tries', 'one try']) {
    await tryCode(page, code === '000000' ? '111111' : '000000')
    await fault(page, `You have ${left} left.`)
  }
  await tryCode(page, code === '000000' ? '111111' : '000000')
  await fault(page, 'this code is spent')
  await press(page, 'Start over')
  assert.ok(await field.evaluate((input) => input === input.ownerDocument.activeElement))
  assert.equal(await page.getByRole('alert').filter({ visible: true }).count(), 0)
})

test('what is no address is refused in plain words', async () => {
  const page = await openDemo((await openBrowser()).context)
  await page.getByLabel('E-mail address or phone number').fill('0612')
  await press(page, 'Send a code')
  await fault(page, 'That is neither an e-mail address nor a phone number')
})

test('a new account needs a password that is good enough, and its address a code; then the password logs in', async () => {
  const { context, complaints } = await openBrowser()
  const page = await openDemo(context)
  await page.getByRole('radio', { name: 'By code' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.getByLabel('E-mail address', { exact: true }).fill('hedy@example.com')
  const password = page.getByLabel('Password', { exact: true })
  await password.fill('short')
  await rules(page).getByText('a lower-case letter').waitFor()
  assert.equal(await rules(page).count(), 1)
  await password.fill('Password1')
  await rules(page).nth(3).waitFor()
  await examine(page)
  await press(page, 'Create account')
  await fault(page, 'This password is not good enough')
  await password.fill('Frequency-hopping-42')
  await press(page, 'Create account')
  await heading(page, 'Signed in to Antiphon')
  assert.equal(await claim(page, 'amr'), 'pwd')

  await press(page, 'Change password')
  await fault(page, 'This user has not proven any address or number yet.')
  await press(page, 'Prove it is yours: hedy@example.com')
  await answerCode(page)
  await said(page, 'hedy@example.com is yours now.')
  await page.locator('#identifiers').getByText('verified').waitFor()

  await press(page, 'Log out')
  await page.getByRole('radio', { name: 'By password' }).check()
  await examine(page)
  await password.fill('Frequency-hopping-43')
  await press(page, 'Log in')
  await fault(page, 'Address and password do not belong together.')
  await password.fill('Frequency-hopping-42')
  await press(page, 'Log in')
  await heading(page, 'Signed in to Antiphon')
  assert.deepEqual(complaints, [
    '400 /v1/session/login/email/sign-up',
    '403 /v1/session/stepup/request',
    '401 /v1/session/login/email/password',
  ])
})

test('on a phone nothing is wider than the screen', async () => {
  const { context } = await openBrowser({ width: 360, height: 740 })
  const width = (page: Page) => page.evaluate('document.documentElement.scrollWidth')
  const page = await openDemo(context)
  await page.getByLabel('E-mail address or phone number').waitFor()
  assert.equal(await width(page), 360)
  await page.getByRole('radio', { name: 'New account' }).check()
  await page.getByLabel('Password', { exact: true }).fill('x')
  await page.locator('#ways-rules li').first().waitFor()
  assert.equal(await width(page), 360)
  await press(page, 'Continue with Larkspur ID')
  await heading(page, 'Larkspur ID')
  assert.equal(await width(page), 360)
  const signedIn = await signInByCode(context, 'a-rather-long-address-for-a-small-screen@example.com')
  assert.equal(await width(signedIn), 360)
  await press(signedIn, 'Change password')
  await signedIn.locator('.letter').waitFor()
  assert.equal(await width(signedIn), 360)
})
