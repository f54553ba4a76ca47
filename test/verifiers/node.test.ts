import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setDefaultCACertificates } from 'node:tls'
import { claimsOf } from '../builders.ts'
import { selfSignedCertificate } from '../tls.ts'
import { moduleFolder } from './modules.ts'
import { AUDIENCE, claimsExplained, codeBelow, HOST, messagesExplained } from './page.ts'
import { type Algorithm, openStage, type Stage } from './stage.ts'

const folder = moduleFolder()

const trusted = [(await selfSignedCertificate()).cert]
setDefaultCACertificates(trusted)

/** Says of a token whether it is taken, and may read orders; else the status that an API answers. */
type Verifier = (token: string) => Promise<number>

interface Library {
  readonly algorithms: readonly Algorithm[]
  open(code: string, stage: Stage): Promise<Verifier>
}

let loaded = 0

/** The code of the page at the server of a test, as a module. */
async function load(code: string, stage: Stage) {
  const file = join(folder, `${++loaded}.mjs`)
  const here = code.replaceAll(`https://${HOST}`, stage.app.origin).replaceAll('RS256', stage.alg)
  writeFileSync(file, here.replace(/^app\.listen\(3000\)$/m, "app.set('env', 'test')\nexport { app }"))
  return await import(file)
}

/** What libraries said when they refused. */
const said = new Set<string>()

const statusOf = async (verifying: Promise<{ scope?: string }>) => {
  const claims = await verifying.catch((error: Error) => void said.add(error.message))
  return claims === undefined ? 401 : claims.scope === 'orders:read' ? 200 : 403
}

/** One that is a function of the token. */
const byToken = async (code: string, stage: Stage): Promise<Verifier> => {
  const { verify } = await load(code, stage)
  return (token) => statusOf(verify(token))
}

/** One that is an API of Express. */
async function byExpress(code: string, stage: Stage): Promise<Verifier> {
  const server = createServer((await load(code, stage)).app).listen(0, '127.0.0.1')
  after(() => server.close())
  const { port } = await new Promise<AddressInfo>((resolve) =>
    server.once('listening', () => resolve(server.address() as AddressInfo)),
  )
  return async (token) => {
    const headers = { authorization: `Bearer ${token}`, connection: 'close' }
    const answer = await fetch(`http://127.0.0.1:${port}/orders`, { headers })
    await answer.text()
    said.add(/error_description="(.*?)"(,|$)/.exec(answer.headers.get('www-authenticate') ?? '')?.[1] ?? '')
    return answer.status
  }
}

const ORDERS = `${AUDIENCE}/orders`

/** One that is a function of the request; a client with a key sends its proof. */
async function byRequest(code: string, stage: Stage): Promise<Verifier> {
  const { verify } = await load(code, stage)
  return async (token) => {
    const ath = createHash('sha256').update(token).digest('base64url')
    const isBound = token === stage.good.bound
    const headers = {
      authorization: `${isBound ? 'DPoP' : 'Bearer'} ${token}`,
      ...(isBound && { dpop: await stage.proof(ORDERS, ath) }),
    }
    return await statusOf(verify(new Request(ORDERS, { headers })))
  }
}

const ALL = ['RS256', 'ES256', 'EdDSA'] as const
const stages = Object.fromEntries(await Promise.all(ALL.map(async (alg) => [alg, await openStage(alg)]))) as Record<
  Algorithm,
  Stage
>
const plain = await openStage('EdDSA', { issuer_form: 'host', audience: '' })

const LIBRARIES: Readonly<Record<string, Library>> = {
  jose: { algorithms: ALL, open: byToken },
  oauth4webapi: { algorithms: ALL, open: byRequest },
  'express-oauth2-jwt-bearer': { algorithms: ALL, open: byExpress },
  'express-jwt': { algorithms: ['RS256', 'ES256'], open: byExpress },
  jsonwebtoken: { algorithms: ['RS256', 'ES256'], open: byToken },
}

test('oauth4webapi refuses the token of a bound session without a proof, as the guide says; so does express-oauth2-jwt-bearer when it is not told', async () => {
  const stage = stages.ES256
  const request = new Request(ORDERS, { headers: { authorization: `Bearer ${stage.good.bound}` } })
  const { verify } = await load(codeBelow('### oauth4webapi'), stage)
  assert.equal(await statusOf(verify(request)), 401)
  const untold = codeBelow('### express-oauth2-jwt-bearer').replace(/^ *dpop: .*\n/m, '')
  const express = await byExpress(untold, stage)
  assert.deepEqual([await express(stage.good.bound), await express(stage.good.cookie)], [401, 200])
})

test('jose takes tokens without any setting, as the guide says', async () => {
  const code = codeBelow('### jose')
    .replace(`issuer = 'https://${HOST}'`, `issuer = '${plain.app.host}'`)
    .replace(/^ *audience: .*\n/m, '')
  const verify = await byToken(code, plain)
  assert.equal(await verify(plain.good.bound), 200)
  const { 'for another API': _, 'without an audience': __, 'of the bare host': ___, ...bad } = plain.bad
  for (const [fault, token] of Object.entries(bad)) assert.equal(await verify(token), 401, fault)
})

for (const alg of ALL) {
  const stage = stages[alg]
  for (const [name, library] of Object.entries(LIBRARIES)) {
    if (!library.algorithms.includes(alg)) continue
    test(`${name} takes our tokens, signed by ${alg}, with the settings and the code of the guide, and nothing else`, async () => {
      const verify = await library.open(codeBelow(`### ${name}`), stage)
      for (const [carrier, token] of Object.entries(stage.good)) assert.equal(await verify(token), 200, carrier)
      assert.equal(await verify(stage.withoutScope), 403)
      for (const [fault, token] of Object.entries(stage.bad)) assert.equal(await verify(token), 401, fault)
      assert.equal(await verify(stage.good.cookie), 200, 'still')
    })
  }
}

test('libraries refuse without the certificate of development', async () => {
  const stage = await openStage('RS256')
  setDefaultCACertificates([])
  for (const name of ['jose', 'oauth4webapi', 'express-oauth2-jwt-bearer']) {
    const verify = await LIBRARIES[name]?.open(codeBelow(`### ${name}`), stage)
    assert.equal(await verify?.(stage.good.cookie), 401, name)
  }
  setDefaultCACertificates(trusted)
})

test('libraries refuse with the messages that the guide explains', () => {
  const origins = [...Object.values(stages), plain].map(({ app }) => app.origin)
  for (const library of ['jose', 'oauth4webapi', 'express-oauth2-jwt-bearer', 'jsonwebtoken']) {
    const explained = messagesExplained(library)
    assert.ok(explained.length >= 3, library)
    for (const message of explained) {
      const isKnown = origins.some((origin) => said.has(message.replace(`https://${HOST}`, origin)))
      assert.ok(isKnown, `${library}: ${message}`)
    }
  }
})

test('the guide explains every claim of a token, and no other', async () => {
  const { bound, cookie } = stages.RS256.good
  const unproven = stages.RS256.withoutScope
  const claims = [bound, cookie, unproven].flatMap((token) => Object.keys(claimsOf(token)))
  assert.deepEqual([...claimsExplained()].sort(), [...new Set(claims)].sort())
})
