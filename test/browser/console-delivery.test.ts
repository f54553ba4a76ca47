import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, user } from '../builders.ts'
import { deliverNow, provider } from '../house/messages.ts'
import { readWebhook, receiver } from '../house/webhooks.ts'
import { assertQuiet, type ConsolePage, consoleStage, fitsNarrow, settled } from './console-stage.ts'
import { examine } from './examine.ts'

const { w, origin, signedIn } = await consoleStage({
  config: { allowPrivateHooks: true },
  network: { allowPrivate: true },
})
const app = await application(w)
const there = await receiver()

async function show(it: ConsolePage, path: string): Promise<void> {
  await it.page.goto(`${origin}/apps/${app.id}${path}`)
  await settled(it)
}

async function assertWhole(it: ConsolePage, place: string): Promise<void> {
  await settled(it)
  await examine(it.page)
  assert.ok(await fitsNarrow(it.page), `${place} is wider than its window`)
  assertQuiet(it, place)
}

test('the first screen says how the application is, and draws the same numbers as its tables have', async () => {
  for (let i = 0; i < 3; i++) await login(w, app, await user(w, app))
  const it = await signedIn()
  const { page } = it
  await page.goto(origin)
  await page.waitForURL(/\/apps\/[^/]+$/)
  await show(it, '?span=30d')
  const chart = page.getByRole('region', { name: 'Who gets in, and by which way?' })
  await chart.getByText('As numbers').click()
  const told = await chart.locator('tfoot td').allInnerTexts()
  const [way = ''] = await chart
    .locator('thead th')
    .allInnerTexts()
    .then((all) => all.slice(1))
  assert.deepEqual(told, ['3'])
  assert.equal(await chart.getByRole('img').getAttribute('aria-label'), `${way} 3`)
  assert.equal(await chart.locator('tbody tr').count(), 30)
  await page.getByText(/things were looked at/).click()
  await assertWhole(it, 'start')
})

test('a webhook is registered, activated and tried, and what it lost is replayed', async () => {
  const it = await signedIn()
  const { page } = it
  const dialog = page.getByRole('dialog')
  const press = (name: string) => dialog.getByRole('button', { name, exact: true }).click()
  const open = (name: string) => page.getByRole('button', { name, exact: true }).click()
  await show(it, '/webhooks')
  await open('Register a webhook')
  await press('Register')
  await dialog.getByText('body.events: is missing').waitFor()
  assert.equal(it.faults().length, 1, 'the refusal')
  await dialog.getByLabel('Address', { exact: true }).fill(there.url)
  await dialog.getByLabel('Verification token').fill('secret')
  await dialog.getByLabel('user.created').check()
  await press('Register')
  await page.waitForURL(/\/webhooks\/web_/)
  const id = page.url().split('/').at(-1) ?? ''
  await open('Activate')
  await press('Activate')
  await dialog.getByText('It is active.').waitFor()
  await page.keyboard.press('Escape')
  there.reply(() => ({ status: 500, text: '<script>document.title = "owned"</script>' }))
  await open('Send a test')
  await press('Send')
  await dialog.getByText('It was not taken. 500').waitFor()
  await dialog.getByText('<script>').waitFor()
  await page.keyboard.press('Escape')
  const lost = await user(w, app)
  await w.drain()
  await show(it, `/webhooks/${id}`)
  await page.getByText('failing', { exact: true }).waitFor()
  await assertWhole(it, 'webhook')
  there.reply(() => 200)
  await page.getByRole('tab', { name: 'Deliveries' }).click()
  await settled(it)
  await assertWhole(it, 'deliveries')
  await page.locator('tbody a').click()
  await page.getByRole('link', { name: lost }).waitFor()
  await assertWhole(it, 'delivery')
  await open('Replay')
  await press('Replay')
  await dialog.getByText('It was taken. 200').waitFor()
  assert.equal(there.received.at(-1)?.body.events[0]?.payload.user_id, lost)
  await show(it, `/webhooks/${id}`)
  await open('Deactivate')
  await press('Deactivate')
  await dialog.getByText('It is inactive.').waitFor()
  const missed = await user(w, app)
  await page.keyboard.press('Escape')
  await open('Activate')
  await press('Activate')
  await dialog.getByText('It is active.').waitFor()
  await page.keyboard.press('Escape')
  await open('Replay a time')
  await dialog.getByLabel('Since').fill('2026-01-01T00:00')
  await press('Replay')
  await dialog.getByText(/events? (is|are) sent/).waitFor()
  await w.drain()
  assert.ok(there.taken.some(({ payload }) => payload.user_id === missed))
  assert.equal((await readWebhook(app, id)).status, 'healthy')
  assert.notEqual(await page.title(), 'owned')
  assertQuiet(it, 'replayed')
})

test('a provider is tried, asked earlier and taken away; a text is written, shown as text and reverted', async () => {
  await provider(app, { kind: 'webhook', channel: 'email', options: { url: 'http://127.0.0.1:9/messages' } })
  await provider(app, { kind: 'mailbox', channel: 'email', options: {} })
  const { id } = await deliverNow(w, app)
  const it = await signedIn()
  const { page } = it
  const dialog = page.getByRole('dialog')
  await show(it, `/messages/${id}`)
  await assertWhole(it, 'message')
  for (const tab of ['arrival', 'mailbox', 'providers']) {
    await show(it, `/messages?tab=${tab}`)
    await assertWhole(it, tab)
  }
  await page.getByRole('button', { name: 'Send a test: mailbox' }).click()
  await dialog.getByLabel('E-mail address').fill('ada@example.com')
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await dialog.getByText('The provider took it.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Ask mailbox earlier' }).click()
  await page.getByText('1. mailbox').waitFor()
  await page.getByRole('button', { name: 'Remove webhook' }).click()
  await dialog.locator('input').fill('webhook')
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await dialog.getByText('The provider is removed.').waitFor()
  await show(it, '/messages?tab=texts')
  await page.getByRole('button', { name: 'Edit otp/email/en' }).click()
  await page.getByLabel('HTML, may be empty').fill('<script>document.title = "owned"</script>{{code}}')
  await page.getByRole('button', { name: 'Preview with a sample code' }).click()
  await page
    .getByRole('region', { name: /source text/ })
    .getByText('<script>')
    .waitFor()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The text is saved.').waitFor()
  await assertWhole(it, 'text')
  await page.getByRole('button', { name: 'All texts' }).click()
  await page.getByRole('button', { name: 'Revert otp, email, en' }).click()
  await dialog.locator('input').fill('otp')
  await dialog.getByRole('button', { name: 'Revert', exact: true }).click()
  await dialog.getByText('The text is reverted.').waitFor()
  assert.notEqual(await page.title(), 'owned')
  assertQuiet(it, 'reverted')
})
