import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { plugIn, synced } from './authenticators.ts'
import {
  answerCode,
  fault,
  heading,
  openBrowser,
  picture,
  press,
  said,
  signInByCode,
  text,
  untilClaimIs,
} from './demo-stage.ts'
import { examine } from './examine.ts'

const passkeys = (page: Page) => page.getByRole('list', { name: 'Passkeys of this user' }).getByRole('listitem')

async function createPasskey(page: Page, name: string) {
  await press(page, 'Create a passkey')
  await answerCode(page)
  await untilClaimIs(page, 'scope', 'prld:passkey:write')
  await page.getByLabel('What to call the passkey').fill(name)
  await press(page, 'Create passkey')
}

test('a passkey is made after a step-up, logs in by button and by autofill, approves a payment, is named and removed', async () => {
  const { context, complaints } = await openBrowser()
  const page = await signInByCode(context, 'margaret@example.com')
  await plugIn(page, synced)
  await createPasskey(page, 'My laptop')
  await passkeys(page).getByText('My laptop', { exact: true }).waitFor()
  await passkeys(page).getByText('synced').waitFor()
  await untilClaimIs(page, 'scope', 'none')

  await press(page, 'Log out')
  await untilClaimIs(page, 'amr', 'swk, user')

  await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false')
  await page.reload()
  await press(page, 'Log out')
  await press(page, 'Sign in with a passkey')
  await heading(page, 'Signed in to Antiphon')

  await press(page, 'Transfer')
  await heading(page, 'is it you?')
  await picture(page, 'passkeys.png', 1280)
  await press(page, 'Use a passkey')
  await heading(page, 'Paid')
  await untilClaimIs(page, 'scope', 'transfer:sign')
  await press(page, 'Refresh now')
  await page.getByText('left with it').waitFor()

  await press(page, 'Rename the passkey My laptop')
  await page.getByLabel('What to call the passkey').fill('The old laptop')
  await examine(page)
  await press(page, 'Save')
  await said(page, 'It is called The old laptop now.')
  assert.match(await text(passkeys(page)), /The old laptop.*used just now/)
  await press(page, 'Create a passkey')
  await answerCode(page)
  await press(page, 'Create passkey')
  await fault(page, 'This device has a passkey of yours already.')
  await press(page, 'Not now')

  await press(page, 'Remove the passkey The old laptop')
  await said(page, 'The passkey opens nothing any more.')
  assert.equal(await passkeys(page).count(), 0)
  assert.deepEqual(complaints, ['403 /demo/bank/transfer'])
})
