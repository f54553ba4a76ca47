import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { pathToFileURL } from 'node:url'
import { selfSignedCertificate } from '../tls.ts'
import { openStage } from './stage.ts'

const examples = join(import.meta.dirname, '../../examples')
/** Tokens that this example need not know from its own: it asks for no audience. */
const NOT_ASKED = ['for another API', 'without an audience', 'of the bare host']

const stage = await openStage('EdDSA', { issuer_form: 'host' })
process.env.NEXT_PUBLIC_ANTIPHON = stage.app.host
const { GET } = await import(pathToFileURL(join(examples, 'nextjs/app/api/me/route.js')).href)

const ask = async (authorization?: string): Promise<Response> =>
  GET(new Request('https://127.0.0.1:3200/api/me', { headers: { ...(authorization && { authorization }) } }))

test('the route of the Next.js example knows who calls by our tokens, and refuses every other', async () => {
  setDefaultCACertificates([...getCACertificates(), (await selfSignedCertificate()).cert])
  for (const token of Object.values(stage.good)) {
    const answer = await ask(`Bearer ${token}`)
    assert.equal(answer.status, 200)
    const { user, scopes } = (await answer.json()) as { user: string; scopes: string[] }
    assert.match(user, /^usr_/)
    assert.deepEqual(scopes, ['orders:read'])
  }
  assert.equal((await ask()).status, 401)
  for (const [name, token] of Object.entries(stage.bad))
    if (!NOT_ASKED.includes(name)) assert.equal((await ask(`Bearer ${token}`)).status, 401, name)
})

test('what the Next.js example knows of the SDK is what the Vite example knows, but for its variable', () => {
  const read = (path: string) => readFileSync(join(examples, path), 'utf8')
  const [vite, next] = [read('vite-express/auth.js'), read('nextjs/app/auth.js')]
  const [itsOwn = ''] = /^const domain = .*$/m.exec(next) ?? []
  assert.equal(next, vite.replace(/^const domain = .*$/m, itsOwn))
  assert.match(itsOwn, /NEXT_PUBLIC_ANTIPHON/)
})
