import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { KITS, type Kit } from './programs.ts'
import { VECTOR } from './vector.ts'

const folder = join(import.meta.dirname, '../../docs/kit')
const { app_id: appId, jwks, cases } = VECTOR
const textOf = ({ file }: Kit) => readFileSync(join(folder, file), 'utf8')

/** Publishes the keys; of those that are for PS256 the second only from the second answer on. */
async function publishKeys() {
  let answers = 0
  const early = { keys: jwks.keys.filter(({ kid }) => kid !== 'next') }
  const server = createServer((_, response) => {
    answers += 1
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers === 1 ? early : jwks))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/.well-known/jwks.json`, answers: () => answers }
}

/** A delivery on a line, as drivers read it. */
function lineOf({ now, headers, body }: (typeof cases)[number]): string {
  const given = [headers['X-Webhook-Signature'], headers['X-Webhook-Signature-Key-Id']].map((value) => value ?? '')
  return [Date.parse(now), ...given, Buffer.from(body).toString('base64')].join('\t')
}

async function answersOf(run: NonNullable<Kit['run']>, url: string): Promise<readonly string[]> {
  const made = mkdtempSync(join(tmpdir(), 'antiphon-kit-'))
  after(() => rmSync(made, { recursive: true, force: true }))
  const [command = '', ...args] = await run(made)
  const driver = spawn(command, [...args, appId, url, made], { stdio: ['pipe', 'pipe', 'inherit'] })
  driver.stdin.end(cases.map((one) => `${lineOf(one)}\n`).join(''))
  let said = ''
  driver.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await once(driver, 'close')
  return said.trimEnd().split('\n')
}

describe('the receivers of docs/kit', { concurrency: true }, () => {
  for (const [language, kit] of Object.entries(KITS)) {
    const { run, names } = kit
    if (!run) console.log(`not run here, because it is not on this machine: ${language}`)
    else
      test(`take what Antiphon sent and nothing else, in ${language}`, async () => {
        const keys = await publishKeys()
        const answers = await answersOf(run, keys.url)
        assert.equal(answers.length, cases.length)
        for (const [i, { name, expected, events }] of cases.entries()) {
          const answer = answers[i] ?? ''
          if (expected === 'refused') assert.match(answer, /^refused /, name)
          else assert.deepEqual(answer.startsWith('[') ? JSON.parse(answer) : answer, events, name)
        }
        assert.equal(keys.answers(), 4, 'once, for the next key, for an unknown id, and after ten minutes')
      })

    test(`fit on a screen, and name what is checked, in ${language}`, () => {
      const text = textOf(kit)
      const code = codeOf(text)
      assert.ok(code.length < 40, `${code.length} lines of code`)
      assert.ok(text.split('\n').every((line) => line.length <= 150))
      for (const said of [...names, /X-Webhook-Signature-Key-Id|SIGNATURE_KEY_ID/i, /PS256/, /sent_at/, /app_id/])
        assert.match(text, said)
    })
  }
})

/** Lines that are neither empty nor a comment, and bring in nothing. */
function codeOf(text: string): readonly string[] {
  const bare = text.replace(/^import \([\s\S]*?^\)/m, '').replace(/^\s*"""[\s\S]*?"""/gm, '')
  return bare
    .split('\n')
    .filter((line) => !/^\s*($|\/\/|#|\/\*\*|<\?php|(import|from|using|require|package) \S+)/.test(line))
}

test('the one for Node takes headers as fetch has them, and nothing that a parser made of the bytes', async () => {
  const [one] = cases
  assert.ok(one)
  const { antiphonWebhook } = await import(join(folder, KITS.Node?.file ?? ''))
  const jwksUrl = `data:application/json,${encodeURIComponent(JSON.stringify(jwks))}`
  const read = antiphonWebhook({ appId, jwksUrl })
  const [headers, now] = [new Headers(one.headers), Date.parse(one.now)]
  assert.deepEqual(await read(new TextEncoder().encode(one.body), headers, now), one.events)
  for (const parsed of [JSON.parse(one.body), one.body]) await assert.rejects(read(parsed, headers, now), /raw bytes/)
})

test('docs/kit/vector.json is what scripts/kit-vector.ts writes', () => {
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'vector.json'), 'utf8')), VECTOR)
})
