import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heading, openBrowser, press, said, signInByCode, text, untilClaimIs } from './demo-stage.ts'
import { examine } from './examine.ts'

test('the bank pays once its own app has said yes, and the scope is there for one token', async () => {
  const { context, complaints } = await openBrowser()
  const page = await signInByCode(context, 'payer@example.com')
  await page.getByLabel('Amount').fill('99.50')
  await page.getByLabel('Currency').selectOption('GBP')
  await press(page, 'Transfer')
  await heading(page, 'is it you?')
  assert.equal(await text(page.locator('#approval-sum')), '99.50 GBP')
  await examine(page)
  await untilClaimIs(page, 'scope', 'none')
  await press(page, 'Approve')
  await heading(page, 'Paid')
  assert.equal(await text(page.locator('#receipt-sum')), '99.50 GBP')
  await examine(page)
  await untilClaimIs(page, 'scope', 'transfer:write')
  const wire = page.getByRole('list', { name: 'HTTP exchanges, newest first' })
  for (const line of ['transfer403', 'stepup/request200', 'bank/confirm200', 'stepup/continue200', 'transfer200'])
    await wire.getByRole('listitem').filter({ hasText: line }).waitFor()

  await press(page, 'Refresh now')
  await untilClaimIs(page, 'scope', 'none')
  await page.getByText('left with it').waitFor()
  await press(page, 'Another transfer')
  await press(page, 'Transfer')
  await heading(page, 'is it you?')
  assert.deepEqual(complaints, ['403 /demo/bank/transfer', '403 /demo/bank/transfer'])
})

test('what is declined moves nothing', async () => {
  const page = await signInByCode((await openBrowser()).context, 'cautious@example.com')
  await press(page, 'Transfer')
  await press(page, 'Decline')
  await said(page, 'Declined: nothing is paid.')
  await page.getByLabel('Amount').waitFor()
  await untilClaimIs(page, 'scope', 'none')
})
