import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heading, openBrowser, openDemo, press, text } from './demo-stage.ts'
import { examine } from './examine.ts'

test('the mailbox page shows new mail by itself, and copies its code', async () => {
  const { context, complaints } = await openBrowser()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await openDemo(context)
  const opening = context.waitForEvent('page')
  await page.getByRole('link', { name: 'Mailbox' }).click()
  const mailbox = await opening
  await heading(mailbox, 'Mailbox')
  await page.getByLabel('E-mail address or phone number').fill('florence@example.com')
  await press(page, 'Send a code')

  const letter = mailbox.getByRole('listitem').filter({ hasText: 'florence@example.com' })
  await letter.waitFor()
  await examine(mailbox)
  const code = await text(letter.locator('code'))
  await letter.getByRole('button', { name: `Copy ${code}` }).click()
  await mailbox.getByRole('status').getByText(`Copied ${code}.`).waitFor()
  assert.equal(await mailbox.evaluate('navigator.clipboard.readText()'), code)
  await page.getByRole('textbox', { name: 'Code' }).fill(code)
  await press(page, 'Check the code')
  await heading(page, 'Signed in to Antiphon')
  assert.deepEqual(complaints, [])
})
