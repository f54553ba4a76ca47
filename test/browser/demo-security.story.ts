import assert from 'node:assert/strict'
import { test } from 'node:test'
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
  sessionCount,
  signInAndUpgrade,
  signInByCode,
  text,
  untilClaimIs,
} from './demo-stage.ts'
import { examine } from './examine.ts'

test('a password is set through a step-up: the scope comes with the code, and goes with the password', async () => {
  const { context, complaints } = await openBrowser()
  const elsewhere = await signInByCode((await openBrowser()).context, 'rosalind@example.com')
  const page = await signInByCode(context, 'rosalind@example.com')
  await sessionCount(page, 2)
  assert.equal(await claim(page, 'scope'), 'none')
  await press(page, 'Change password')
  await page.getByText('A code is on its way to rosalind@example.com').waitFor()
  await page.locator('.letter').waitFor()
  await examine(page)
  await answerCode(page)
  await untilClaimIs(page, 'scope', 'prld:pwd:write')
  await said(page, 'The access token carries prld:pwd:write.')
  const password = page.getByLabel('New password')
  assert.ok(await password.evaluate((input) => input === input.ownerDocument.activeElement))
  await password.fill('lower')
  await page.locator('#new-password-rules li.kept').getByText('a lower-case letter').waitFor()
  await examine(page)
  await password.fill('Photograph-51')
  await press(page, 'Set password')
  await said(page, 'The password is set.')
  await untilClaimIs(page, 'scope', 'none')
  await sessionCount(page, 1)
  assert.deepEqual(complaints, [])

  await press(elsewhere, 'Refresh now')
  await heading(elsewhere, 'This session was ended elsewhere')
  await press(page, 'Log out')
  assert.equal(await page.getByLabel('E-mail address', { exact: true }).inputValue(), 'rosalind@example.com')
  await page.getByLabel('Password', { exact: true }).fill('Photograph-51')
  await press(page, 'Log in')
  await heading(page, 'Signed in to Antiphon')
})

test('who came over from Larkspur can set a password too; a scope that was not used is still there', async () => {
  const page = await signInAndUpgrade((await openBrowser()).context, 'Lise Meitner')
  await press(page, 'Change password')
  await answerCode(page)
  await untilClaimIs(page, 'scope', 'prld:pwd:write')
  await press(page, 'Not now')
  await said(page, 'Nothing was changed.')
  await press(page, 'Refresh now')
  await press(page, 'Change password')
  await page.getByLabel('New password').fill('Protactinium-91')
  await press(page, 'Set password')
  await said(page, 'The password is set.')
  await press(page, 'Log out')
  await heading(page, 'Ready to upgrade')
  await page.getByLabel('Password', { exact: true }).fill('Protactinium-91')
  await press(page, 'Log in')
  await untilClaimIs(page, 'amr', 'pwd')
})

test('a phone number is added with a code to it, and is nobody else’s then', async () => {
  const { context, complaints } = await openBrowser()
  const page = await signInByCode(context, 'dorothy@example.com')
  await press(page, 'Add a phone number')
  await examine(page)
  await page.getByLabel('Phone number, or another e-mail address').fill('+33 6 98 76 54 32')
  await press(page, 'Send a code')
  await page.locator('.letter').getByText('SMS').waitFor()
  await answerCode(page)
  await said(page, '+33 6 98 76 54 32 is yours now.')
  const identifiers = await page.locator('.identifier').allTextContents()
  assert.deepEqual(identifiers, ['dorothy@example.com', '+33698765432'])
  await untilClaimIs(page, 'scope', 'prld:phone:register')
  await press(page, 'Refresh now')
  await untilClaimIs(page, 'scope', 'none')
  assert.deepEqual(complaints, [])

  const other = await signInByCode((await openBrowser()).context, 'somebody-else@example.com')
  await press(other, 'Add a phone number')
  await other.getByLabel('Phone number, or another e-mail address').fill('+33698765432')
  await press(other, 'Send a code')
  await fault(other, 'This address or number belongs to a user already.')
  await press(other, 'Not now')
  assert.deepEqual(await other.locator('.identifier').allTextContents(), ['somebody-else@example.com'])
})

test('a wrong code of a step-up is called wrong; the session goes on', async () => {
  const { context, complaints } = await openBrowser()
  const page = await signInByCode(context, 'careless@example.com')
  await press(page, 'Change password')
  const code = await text(page.locator('.letter-code code'))
  await page.getByRole('textbox', { name: 'Code' }).fill(code === '000000' ? '111111' : '000000')
  await press(page, 'Check the code')
  await fault(page, 'That is not the code. You have 4 tries left.')
  await press(page, 'Send a new code')
  await lettersTo(page, 'careless@example.com').nth(1).waitFor()
  await answerCode(page)
  await untilClaimIs(page, 'scope', 'prld:pwd:write')
  assert.deepEqual(complaints, ['401 /v1/session/otp/check'])
})

test('another tab sees the scope come, and the log-out', async () => {
  const { context } = await openBrowser()
  const page = await signInByCode(context, 'twice@example.com')
  const second = await openDemo(context)
  await heading(second, 'Signed in to Antiphon')
  await press(page, 'Change password')
  await answerCode(page)
  await untilClaimIs(second, 'scope', 'prld:pwd:write')
  await press(second, 'Log out')
  await heading(page, 'Or sign in without an old session')
})
