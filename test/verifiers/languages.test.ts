import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { selfSignedCertificate } from '../tls.ts'
import { codeBelow } from './page.ts'
import { PROGRAMS } from './programs.ts'
import { type Algorithm, openStage, type Stage } from './stage.ts'

const made = mkdtempSync(join(tmpdir(), 'antiphon-verifiers-'))
after(() => rmSync(made, { recursive: true, force: true }))
const certificate = join(made, 'localhost.crt')
writeFileSync(certificate, (await selfSignedCertificate()).cert)

/** What a program says of each token. */
async function answersOf([command = '', ...args]: readonly string[], tokens: readonly string[]): Promise<number[]> {
  const env = { ...process.env, SSL_CERT_FILE: certificate }
  const program = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  program.stdin.end(tokens.map((token) => `${token}\n`).join(''))
  let said = ''
  program.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await once(program, 'close')
  return said.trim().split('\n').map(Number)
}

const stages: Partial<Record<Algorithm, Stage>> = {}
for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) stages[alg] = await openStage(alg)

describe('verifiers of other languages', { concurrency: true }, () => {
  for (const [language, { heading, algorithms, build }] of Object.entries(PROGRAMS)) {
    if (!build) console.log(`not run here, because it or its library is not on this machine: ${language}`)
    for (const alg of build ? algorithms : [])
      test(`the code of the guide for ${language} takes our tokens, signed by ${alg}, and nothing else`, async () => {
        const { app, good, withoutScope, bad } = stages[alg] as Stage
        const code = codeBelow(heading).replaceAll('RS256', alg)
        const folder = mkdtempSync(join(made, 'program-'))
        const command = await build?.(folder, code, app.origin)
        const cases = [...Object.entries(good), ['without a scope', withoutScope] as const, ...Object.entries(bad)]
        const answers = await answersOf(command ?? [], [...cases.map(([, token]) => token), good.cookie])
        const expected = cases.map(([name]) => [name, name in good ? 200 : name in bad ? 401 : 403])
        assert.deepEqual(
          cases.map(([name], i) => [name, answers[i]]),
          expected,
        )
        assert.equal(answers[cases.length], 200, 'still')
      })
  }
})
