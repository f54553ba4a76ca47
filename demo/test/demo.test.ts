import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { findSigningKey } from '../../src/core/signing-keys/keyring.ts'
import { findUserByExternalId } from '../../src/core/users/store/ids.ts'
import { signBody } from '../../src/crypto/webhook-signature.ts'
import { pkce } from '../../test/builders.ts'
import { openDemo } from '../../test/house/demo.ts'
import { connectDemo } from '../index.ts'
import { legacySessions } from '../server/legacy.ts'

const { app, deps, server, antiphon } = await openDemo()

async function signIn(name: string): Promise<string> {
  const answer = await server.inject({ method: 'POST', url: '/demo/legacy/login', payload: { name } })
  assert.equal(answer.statusCode, 200)
  return answer.cookies[0]?.value ?? ''
}

const me = (token: string) => server.inject({ url: '/demo/legacy/me', cookies: { larkspur_session: token } })

const migrate = (token: string) => {
  const payload = { token, code_challenge: pkce().challenge }
  return server.inject({ method: 'POST', url: '/v1/session/migration', payload })
}

async function callHook(body: string, signed = body) {
  const { kid, key } = await findSigningKey(deps, app.id, 'webhook', 'PS256')
  return await server.inject({
    method: 'POST',
    url: '/demo/legacy/validate',
    headers: {
      'content-type': 'application/json',
      'x-webhook-signature': signBody(key, signed),
      'x-webhook-signature-key-id': kid,
    },
    payload: body,
  })
}

test('once connected, a session of Larkspur buys a challenge token, and its person is a user', async () => {
  await connectDemo(antiphon)
  const token = await signIn('Ada Lovelace')
  assert.equal((await me(token)).json().last_check, null)
  const migrated = await migrate(token)
  assert.equal(migrated.statusCode, 200)
  assert.ok(migrated.json().challenge_token)
  assert.ok(await findUserByExternalId(deps.db, app.id, 'larkspur_ada-lovelace'))
  const { kid } = await findSigningKey(deps, app.id, 'webhook', 'PS256')
  assert.equal((await me(token)).json().last_check.key_id, kid)
})

test('the legacy app may be connected again, and not with a wrong key', async () => {
  await connectDemo(antiphon)
  await connectDemo(antiphon)
  await assert.rejects(connectDemo({ ...antiphon, managementKey: 'ak_wrong' }), /invalid_api_token/)
})

test('a session that Larkspur has ended buys nothing', async () => {
  await connectDemo(antiphon)
  const token = await signIn('Bob')
  await server.inject({ method: 'POST', url: '/demo/legacy/logout', cookies: { larkspur_session: token } })
  assert.equal((await me(token)).statusCode, 401)
  assert.equal((await migrate(token)).statusCode, 400)
})

test('the hook answers calls that Antiphon signed, and no others', async () => {
  const token = await signIn('Eve')
  const body = JSON.stringify({ app_id: app.id, token })
  assert.equal((await callHook(body)).json().user.external_id, 'larkspur_eve')
  assert.equal((await callHook(body, `${body} `)).statusCode, 403)
  const unsigned = { method: 'POST', url: '/demo/legacy/validate', payload: { token } } as const
  assert.equal((await server.inject(unsigned)).statusCode, 403)
})

test('names that differ in spelling only are one person, and a name without Latin letters is one of its own', async () => {
  const externalIds = new Map<string, string>()
  for (const name of ['Zoë  Ångström', 'zoe angstrom', '李', '王']) {
    const answer = await me(await signIn(name))
    externalIds.set(name, answer.json().external_id)
  }
  assert.equal(externalIds.get('Zoë  Ångström'), externalIds.get('zoe angstrom'))
  assert.equal(new Set(externalIds.values()).size, 3)
})

test('Larkspur turns away a name that is none', async () => {
  for (const name of [' ', 'x'.repeat(41), 7]) {
    const answer = await server.inject({ method: 'POST', url: '/demo/legacy/login', payload: { name } })
    assert.equal(answer.statusCode, 400)
  }
})

test('the oldest of very many legacy sessions is forgotten', () => {
  const sessions = legacySessions()
  const tokens = Array.from({ length: 1_001 }, (_, i) => sessions.start(`n${i}`).token)
  assert.equal(sessions.find(tokens[0] ?? ''), undefined)
  assert.ok(sessions.find(tokens[1] ?? ''))
  assert.ok(sessions.find(tokens[1_000] ?? ''))
})

for (const path of ['/demo/', '/demo/mailbox/']) {
  test(`the page ${path} brings all it needs, runs nothing inline, and is sent once`, async () => {
    const page = await server.inject({ url: path })
    assert.equal(page.statusCode, 200)
    assert.match(String(page.headers['content-security-policy']), /script-src 'self' 'wasm-unsafe-eval'/)
    assert.doesNotMatch(page.body, /<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|https?:\/\/|<!-- |\$id/)
    for (const [, file = ''] of page.body.matchAll(/(?:src|href)="([\w./-]+)"/g)) {
      assert.equal(
        (await server.inject({ url: URL.parse(file, `http://x${path}`)?.pathname ?? '' })).statusCode,
        200,
        file,
      )
    }
    const ids = [...page.body.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    assert.equal(new Set(ids).size, ids.length, 'an id is there twice')
    for (const [, id] of page.body.matchAll(/\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"/g)) {
      assert.ok(ids.includes(id), `nothing has the id ${id}`)
    }
    const again = await server.inject({ url: path, headers: { 'if-none-match': String(page.headers.etag) } })
    assert.deepEqual([again.statusCode, again.body], [304, ''])
  })
}

test('files are packed for browsers that take it, each form with a tag of its own; what the API or the pretend apps answer is never', async () => {
  const url = '/demo/main.js'
  const plain = await server.inject({ url })
  const packed = await server.inject({ url, headers: { 'accept-encoding': 'br, gzip;q=0.8' } })
  assert.deepEqual([plain.headers['content-encoding'], packed.headers['content-encoding']], [undefined, 'gzip'])
  assert.equal(gunzipSync(packed.rawPayload).toString(), plain.body)
  assert.ok(packed.rawPayload.length < plain.rawPayload.length / 2)
  assert.notEqual(plain.headers.etag, packed.headers.etag)
  for (const { headers } of [plain, packed]) assert.equal(headers.vary, 'Origin, Accept-Encoding')
  const accept = { 'accept-encoding': 'gzip' }
  const again = await server.inject({ url, headers: { ...accept, 'if-none-match': String(packed.headers.etag) } })
  assert.deepEqual([again.statusCode, again.body, again.headers['content-encoding']], [304, '', undefined])
  const cookies = { larkspur_session: await signIn('Ada Lovelace') }
  for (const path of ['/demo/legacy/me', '/.well-known/jwks.json']) {
    const { statusCode, headers } = await server.inject({ url: path, headers: accept, cookies })
    assert.deepEqual([statusCode, headers['content-encoding']], [200, undefined], path)
  }
})

test('where there is nothing, who reads HTML is led back to the demo, and others get the answer of the API', async () => {
  const page = await server.inject({ url: '/demo/nothing', headers: { accept: 'text/html,*/*;q=0.8' } })
  assert.equal(page.statusCode, 404)
  assert.match(page.body, /<a [^>]*href="\/demo\/">/)
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/)
  for (const accept of ['*/*', 'application/json']) {
    const answer = await server.inject({ url: '/demo/nothing', headers: { accept } })
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found'])
  }
})

test('whoever comes to the root, or forgets the slash, is led to the page', async () => {
  for (const [url, place] of [
    ['/', '/demo/'],
    ['/demo', '/demo/'],
    ['/demo/mailbox', '/demo/mailbox/'],
  ] as const) {
    assert.equal((await server.inject({ url })).headers.location, place)
  }
})
