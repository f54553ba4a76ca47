import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { launchBrowser } from '../chromium.ts'
import { freePort, root, startDev, started } from './example.ts'

const example = join(root, 'examples/nextjs')
const next = join(example, 'node_modules/next/dist/bin/next')
const skip = existsSync(next) ? false : 'Next.js is not here: npm install --no-package-lock in examples/nextjs'

/** The words of `npm run dev`, on a port of the test's own. */
function wordsOfDev(folder: string, port: number): string[] {
  const { scripts } = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8'))
  const words: string[] = scripts.dev.replaceAll(/\$\{ANTIPHON_DATA:-[^}]*\}/g, folder).split(' ')
  return [next, ...words.slice(1).map((word) => (word === '3200' ? String(port) : word))]
}

/** Antiphon, the example beside it, and a tab. */
async function openStage() {
  const [{ folder, port }, pagePort] = [await startDev(), await freePort()]
  const page = `https://127.0.0.1:${pagePort}`
  const env = {
    NEXT_PUBLIC_ANTIPHON: `127.0.0.1:${port}`,
    ANTIPHON_DATA: folder,
    NODE_EXTRA_CA_CERTS: join(folder, 'localhost.crt'),
    PAGE: page,
    NEXT_TELEMETRY_DISABLED: '1',
  }
  const [browser] = await Promise.all([
    launchBrowser(),
    started(wordsOfDev(folder, pagePort), 'Ready in', env, example),
    promisify(execFile)(process.execPath, ['allow.mjs'], { cwd: example, env: { ...process.env, ...env } }),
  ])
  after(() => browser.close())
  const opened = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
  const key = readFileSync(join(folder, 'guide-management.key'), 'utf8').trim()
  return { opened, page, key, mailbox: `https://127.0.0.1:${port}/v2/session/apps/guide/mailbox` }
}

/** The code in the newest message to an address, once it is there. */
async function codeFor({ opened, key, mailbox }: Awaited<ReturnType<typeof openStage>>, email: string) {
  for (let i = 0; i < 50; i++) {
    const headers = { authorization: `Bearer ${key}` }
    const { mail } = await (await opened.context().request.get(mailbox, { headers })).json()
    const found = mail.find(({ recipient }: { recipient: string }) => recipient === email)
    const [code] = /\b\d{6}\b/.exec(found?.text ?? '') ?? []
    if (code) return code
    await opened.waitForTimeout(100)
  }
  return assert.fail('no message came')
}

test('a page of Next.js logs in by code, its route knows who calls, and nobody is there after log-out', {
  skip,
}, async () => {
  const stage = await openStage()
  const { opened, page } = stage
  const press = (name: string) => opened.getByRole('button', { name }).click()
  await opened.goto(page)
  await opened.getByLabel('E-mail address').fill('ana@example.com')
  await press('Send a code')
  await opened.getByLabel('Code').fill(await codeFor(stage, 'ana@example.com'))
  await press('Log in')
  await opened.getByText('Logged in as ana@example.com').waitFor()
  assert.match(JSON.parse((await opened.locator('#me').textContent()) ?? '').user, /^usr_/)

  await opened.reload()
  await opened.getByText('Logged in as ana@example.com').waitFor()
  await press('Log out')
  await opened.getByLabel('E-mail address').waitFor()
  await opened.reload()
  await opened.getByLabel('E-mail address').waitFor()
  assert.equal((await opened.context().request.get(`${page}/api/me`)).status(), 401)
})
