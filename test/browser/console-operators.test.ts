import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { application } from '../builders.ts'
import { assertQuiet, type ConsolePage, consoleStage, settled } from './console-stage.ts'

const { w, origin, open, signedIn } = await consoleStage()
const app = await application(w)

const shown = async (it: ConsolePage, path: string) => {
  await it.page.goto(`${origin}${path}`)
  await settled(it)
}

const dialogOf = ({ page }: ConsolePage) => page.getByRole('dialog').last()

test('the last owner is not removed, and why stays on the screen', async () => {
  const it = await signedIn()
  await shown(it, '/instance/operators')
  await it.page.getByRole('button', { name: 'Remove Ada' }).click()
  const dialog = dialogOf(it)
  const button = dialog.getByRole('button', { name: 'Remove' })
  assert.equal(await button.getAttribute('aria-disabled'), 'true')
  await dialog.getByRole('textbox').fill((await dialog.locator('label code').textContent()) ?? '')
  await button.click()
  await dialog.getByText('last_owner').waitFor()
  await dialog.getByText('Nobody else could do everything.').waitFor()
})

test('a colleague is invited by a link that is shown once, and works with the applications that were chosen alone', async () => {
  const it = await signedIn()
  await shown(it, '/instance/operators')
  await it.page.getByRole('button', { name: 'Invite a colleague' }).click()
  const dialog = dialogOf(it)
  await dialog.getByLabel('Name').fill('Cleo')
  await dialog.getByLabel('E-mail address').fill('cleo@example.com')
  await dialog.getByLabel('Developer').check()
  await dialog.getByLabel('Only some').check()
  await dialog.getByRole('checkbox', { name: app.id }).check()
  await dialog.getByRole('button', { name: 'Invite' }).click()
  const link = (await dialog.locator('pre').textContent()) ?? ''
  assert.ok(link.startsWith(`${origin}/#invitation=aoi_`))
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await it.page.getByText('cleo@example.com').waitFor()
  assert.equal(await it.page.getByText(link).count(), 0)

  const colleague = await open()
  await colleague.page.goto(link)
  await colleague.page.getByRole('button', { name: 'Open the invitation' }).click()
  await colleague.page.getByRole('link', { name: 'Go on without a passkey' }).click()
  await settled(colleague)
  const health = colleague.page.locator('nav.nav-beside').getByRole('button', { name: 'Health' })
  assert.equal(await health.getAttribute('aria-disabled'), 'true')
  await shown(colleague, '/instance/health')
  await colleague.page.locator('main').getByText('This is of the whole instance.').waitFor()
  assertQuiet(colleague, 'colleague')
  assertQuiet(it, 'operators')
})

test('the audit log is exported into one file', async () => {
  const it = await signedIn()
  await app.manage('/config/scopes', { body: { scope: 'orders:read' } })
  await shown(it, `/apps/${app.id}/audit`)
  await it.page.getByRole('button', { name: 'Export' }).click()
  const file = it.page.waitForEvent('download')
  await dialogOf(it).getByRole('button', { name: 'Download NDJSON' }).click()
  const lines = (await readFile(await (await file).path(), 'utf8')).trim().split('\n')
  const rows = await it.page.locator('tbody tr').count()
  assert.equal(lines.length, rows)
  assert.equal(JSON.parse(lines.at(-1) ?? '').operation, 'createScope')
  assertQuiet(it, 'audit')
})
