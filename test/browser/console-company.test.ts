import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { OperatorTables } from '../../src/core/operators/tables.ts'
import { application, user } from '../builders.ts'
import { operatorOf } from '../house/console.ts'
import { startIssuer } from '../house/foreign.ts'
import { CLIENT_ID } from '../house/oauth.ts'
import { assertQuiet, consoleStage, fitsNarrow, settled } from './console-stage.ts'
import { examine } from './examine.ts'

const client = { secret: 'hush', redirectUri: 'https://console.example.com/' }
const { issuer, rotate } = await startIssuer(client)
const { w, origin, open } = await consoleStage({
  config: { allowPrivateHooks: true, consoleCompany: { issuer, clientId: CLIENT_ID, clientSecret: client.secret } },
  network: { allowPrivate: true },
})
client.redirectUri = `${origin}/console/company/callback`
await rotate()

const COMPANY = new URL(issuer).host

/** On the company's pages, which are of another site than the console: log in, and consent where that is asked. */
async function logInThere(page: Page, login: string): Promise<void> {
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill('x')
  await page.locator('button[type=submit]').click()
  const consent = page.locator('input[name=prompt][value=consent]')
  await Promise.race([consent.waitFor({ state: 'attached' }), page.waitForURL((url) => url.origin === origin)])
  if (new URL(page.url()).origin !== origin) await page.locator('button[type=submit]').click()
}

/** Somebody on the roster, who has come in by the company. */
async function comeIn() {
  const { id, email } = await operatorOf(w)
  const [login = ''] = email.split('@')
  const it = await open()
  await it.page.goto(origin)
  await it.page.getByRole('link', { name: `Log in with ${COMPANY}` }).click()
  await logInThere(it.page, login)
  await it.page.getByRole('button', { name: /Operator/ }).waitFor()
  // The pages of the provider ask for fonts that are not there.
  it.faults()
  return { it, id, email, login }
}

/** Follow a link that leads to the company in another tab, and log in there. */
async function logInAside(page: Page, name: string, login: string): Promise<void> {
  const link = page.getByRole('link', { name })
  const [other] = await Promise.all([page.context().waitForEvent('page'), link.click()])
  await logInThere(other, login)
}

const app = await application(w)

test('somebody on the roster comes in by the company, across sites, and stays in', async () => {
  const { it, email } = await comeIn()
  const { page } = it
  const [cookie] = (await page.context().cookies(origin)).filter(({ name }) => name === '__Host-antiphon_console')
  assert.equal(cookie?.sameSite, 'Strict')
  await page.reload()
  await page.getByRole('button', { name: /Operator/ }).click()
  await page.getByText(email).waitFor()
  await settled(it)
  assertQuiet(it, 'in')
})

test('whom the roster does not name is told so on the login page, where they may try again', async () => {
  const it = await open()
  const { page } = it
  await page.goto(origin)
  const link = page.getByRole('link', { name: `Log in with ${COMPANY}` })
  await link.click()
  await logInThere(page, 'stranger')
  await page.getByText('Nobody with your e-mail address is an operator here.').waitFor()
  await link.waitFor()
  assert.equal(new URL(page.url()).pathname, '/')
  await examine(page)
  assert.ok(await fitsNarrow(page))
})

test('what asks for a proof is done as soon as its operator has logged in again in another tab', async () => {
  const { it, id, login } = await comeIn()
  const { page } = it
  const userId = await user(w, app)
  await sessionsOf(id, { proven_at: 0 })
  await page.goto(`${origin}/apps/${app.id}/users/${userId}`)
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('dialog').getByRole('textbox').fill(userId)
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await logInAside(page, `Log in again with ${COMPANY}, in another tab`, login)
  await page.getByText('The user is deleted.').waitFor()
  assertQuiet(it, 'proof')
})

test('whoever has been put out logs in at the company in another tab, and what they did is done then', async () => {
  const { it, id, login } = await comeIn()
  const { page } = it
  const userId = await user(w, app)
  await page.goto(`${origin}/apps/${app.id}/users/${userId}`)
  await page.getByRole('button', { name: 'Block', exact: true }).click()
  await sessionsOf(id, { expires_at: 0 })
  await page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click()
  await logInAside(page, `Log in with ${COMPANY}`, login)
  await page.getByText('The user is blocked.').waitFor()
  assertQuiet(it, 'out')
})

const sessionsOf = (operatorId: string, set: Partial<OperatorTables['operator_sessions']>) =>
  w.deps.transact((tx) =>
    tx
      .withTables<OperatorTables>()
      .updateTable('operator_sessions')
      .set(set)
      .where('operator_id', '=', operatorId)
      .execute(),
  )
