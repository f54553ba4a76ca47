import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send, type TestApp } from '../../../test/builders.ts'
import { assertDenied, assertInvalid } from '../../../test/house/management.ts'
import { BASE_DOMAIN, ENGINES, world } from '../../../test/world.ts'

const patch = (app: TestApp, body: unknown) => app.operate('', { method: 'PATCH', body })
const read = async (app: TestApp) => (await app.manage('')).body.application

const NO_ORIGINS = [
  'example.com',
  'https://',
  'https://example.com/',
  'https://example.com/path',
  'https://example.com?',
  'https://example.com#',
  'https://user@example.com',
  'https://*.example.com',
  'https://example.com.',
  'https://example.com:99999',
  'https://exa mple.com',
  ' https://example.com',
  'http://example.com',
  'http://localhost.example.com',
  'ftp://localhost',
  'null',
  '*',
  '',
  7,
]

const SHELL_ORIGINS = [
  'capacitor://localhost',
  'ionic://localhost',
  'tauri://localhost',
  'http://tauri.localhost',
  'http://wails.localhost:34115',
  'chrome-extension://kbfnbcaeplbcioakkpcpgfkobkghlhen',
  'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc',
  'safari-web-extension://0f3c1c05-3d0a-4e0c-9a55-3c1f0d7c1a10',
  'app://-',
  'com.example.shop://pages.shop',
  'quasar://localhost:8080',
]

const NO_SHELL_ORIGINS = [
  'capacitor://',
  'capacitor:localhost',
  'capacitor://*',
  'chrome-extension://*',
  '*://localhost',
  'capacitor://localhost/',
  'capacitor://localhost/index.html',
  'capacitor://user@localhost',
  'capacitor://localhost?a',
  'capacitor://localhost:99999',
  'capacitor://localhost.',
  'capa citor://localhost',
  '1app://localhost',
  'JavaScript://localhost',
  'vbscript://x',
  'data://x',
  'blob://x',
  'file://localhost',
  'filesystem://x',
  'about://blank',
  'view-source://x',
  'ws://tauri.localhost',
  'wss://shop.example',
  'ftp://shop.example',
  'content://shop',
  'http://tauri.localhost.example.com',
  'http://localhost.',
  'http://.localhost',
  'http://tauri.localhost/',
  'http://evillocalhost',
]

const REDIRECT_URIS = [
  'https://example.com/',
  'https://example.com/back?to=%20x&y=1',
  'http://localhost:3000/callback',
  'http://127.0.0.1/callback',
  'com.example.app:/callback',
  'myapp://callback',
]

const NO_REDIRECT_URIS = [
  '/callback',
  'example.com/callback',
  'https:example.com',
  'https:///example.com',
  'https://example.com/#here',
  'https://example.com/a b',
  'https://good.example@evil.example/',
  'https:\\\\example.com',
  'http://example.com/callback',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://example.com/1',
  '',
  7,
]

for (const engine of ENGINES) {
  const w = await world(engine)
  const wellKnown = (host: string) => send(w, '/.well-known/jwks.json', { headers: { host } })

  test(`${engine}: a change keeps what it does not name`, async () => {
    const app = await application(w)
    const answer = await patch(app, { name: ' New name ', redirect_uris: REDIRECT_URIS })
    assert.equal(answer.status, 200)
    assert.equal(answer.body.application.name, 'New name')
    assert.equal((await patch(app, {})).status, 200)
    const lists = {
      public_origins: ['https://Keep.Example.com', 'https://keep.example.com:443', 'http://localhost:8080'],
      allowed_origins: ['https://pages.example.com', 'https://pages.example.com:444', 'https://bücher.example'],
    }
    assert.equal((await patch(app, lists)).status, 200)
    const { created_at, ...rest } = await read(app)
    assert.deepEqual(rest, {
      id: app.id,
      name: 'New name',
      mode: 'dev',
      public_origins: ['https://keep.example.com', 'http://localhost:8080'],
      allowed_origins: ['https://pages.example.com', 'https://pages.example.com:444', 'https://xn--bcher-kva.example'],
      redirect_uris: REDIRECT_URIS,
    })
    await patch(app, { public_origins: [] })
    assert.deepEqual((await read(app)).public_origins, [])
    assertInvalid(await patch(app, { name: '' }), 'body.name')
  })

  test(`${engine}: only exact origins are taken, in clear text only on this machine`, async () => {
    const app = await application(w)
    for (const origin of NO_ORIGINS) {
      for (const list of ['public_origins', 'allowed_origins']) {
        assertInvalid(await patch(app, { [list]: ['https://fine.example.com', origin] }), `body.${list}[1]`)
      }
    }
    assertInvalid(await patch(app, { public_origins: 'https://example.com' }), 'body.public_origins')
    const { public_origins, allowed_origins } = await read(app)
    assert.deepEqual([public_origins, allowed_origins], [[], []])
  })

  test(`${engine}: the pages of an app that brings them along are allowed by name, and nobody is reached there`, async () => {
    const app = await application(w)
    assert.equal((await patch(app, { allowed_origins: [...SHELL_ORIGINS, 'Capacitor://LocalHost'] })).status, 200)
    assert.deepEqual((await read(app)).allowed_origins, SHELL_ORIGINS)
    for (const origin of SHELL_ORIGINS) {
      const preflight = await app.call('/v1/session/refresh', { method: 'OPTIONS', headers: { origin } })
      assert.equal(preflight.headers.get('access-control-allow-origin'), origin)
      assert.equal(preflight.headers.get('access-control-allow-credentials'), 'true')
      assertInvalid(await patch(app, { public_origins: [origin] }), 'body.public_origins[0]')
    }
    for (const origin of ['capacitor://localhost:1', 'capacitor://other', 'tauri://tauri.localhost', 'null'])
      assert.equal(
        (await app.call('/v1/session/refresh', { method: 'OPTIONS', headers: { origin } })).status,
        404,
        origin,
      )
    for (const origin of NO_SHELL_ORIGINS)
      assertInvalid(await patch(app, { allowed_origins: [origin] }), 'body.allowed_origins[0]')
  })

  test(`${engine}: only redirect URIs that no script or stranger hides in are taken`, async () => {
    const app = await application(w)
    for (const uri of NO_REDIRECT_URIS) {
      assertInvalid(await patch(app, { redirect_uris: ['https://fine.example.com/', uri] }), 'body.redirect_uris[1]')
    }
    const [uri = ''] = NO_REDIRECT_URIS
    const twice = ['https://fine.example.com/', 'https://fine.example.com/']
    assertInvalid(await patch(app, { redirect_uris: [...twice, uri] }), 'body.redirect_uris[2]')
    assert.deepEqual((await read(app)).redirect_uris, [])
    assert.equal((await patch(app, { redirect_uris: twice })).status, 200)
    assert.deepEqual((await read(app)).redirect_uris, ['https://fine.example.com/'])
  })

  test(`${engine}: clients reach the application at its public origins at once, and no longer at those taken away`, async () => {
    const app = await application(w)
    assert.equal((await wellKnown('own.example.com')).status, 404)
    await patch(app, { public_origins: ['https://own.example.com', 'https://own.example.com:8443'] })
    assert.equal((await wellKnown('own.example.com')).status, 200)
    assert.equal((await wellKnown('own.example.com:8443')).status, 200)
    assert.equal((await wellKnown(app.host)).status, 200)
    await patch(app, { public_origins: ['https://other.example.com'] })
    assert.equal((await wellKnown('own.example.com')).status, 404)
    assert.equal((await wellKnown('other.example.com')).status, 200)
    await patch(app, { name: 'renamed' })
    assert.equal((await wellKnown('other.example.com')).status, 200)
  })

  test(`${engine}: a host belongs to one application, and one that is refused changes nothing`, async () => {
    const [first, second] = [await application(w), await application(w)]
    await patch(first, { public_origins: ['https://shared.example.com'] })
    await patch(second, { public_origins: ['https://second.example.com'] })
    const body = { name: 'thief', public_origins: ['https://free.example.com', 'https://shared.example.com:8443'] }
    assertDenied(await patch(second, body), 'host_already_taken', 'conflict')
    const after = await read(second)
    assert.equal(after.name, second.id)
    assert.deepEqual(after.public_origins, ['https://second.example.com'])
    assert.equal((await wellKnown('second.example.com')).status, 200)
    assert.equal((await wellKnown('free.example.com')).status, 404)

    await patch(first, { public_origins: [] })
    assert.equal((await patch(second, body)).status, 200)
  })

  test(`${engine}: a host is given by the operator alone; the application may keep and give up its own`, async () => {
    const app = await application(w)
    const asApplication = (body: object) => app.manage('', { method: 'PATCH', body })
    const denied = await asApplication({ public_origins: ['https://wanted.example.com'] })
    assertDenied(denied, 'instance_key_required', 'forbidden')
    await patch(app, { public_origins: ['https://given.example.com', 'https://second.example.com'] })
    const kept = await asApplication({ public_origins: ['https://given.example.com:8443'], allowed_origins: [] })
    assert.deepEqual(kept.body.application.public_origins, ['https://given.example.com:8443'])
    assertDenied(
      await asApplication({ public_origins: ['https://given.example.com', 'https://second.example.com'] }),
      'instance_key_required',
      'forbidden',
    )
  })

  test(`${engine}: names below the base domain belong to the ids of applications`, async () => {
    const app = await application(w)
    for (const host of [BASE_DOMAIN, app.host, `nobody.${BASE_DOMAIN}`, `a.b.${BASE_DOMAIN}:8443`]) {
      assertInvalid(await patch(app, { public_origins: [`https://${host}`] }), 'body.public_origins')
    }
    assert.deepEqual((await read(app)).public_origins, [])
    assert.equal((await patch(app, { allowed_origins: [`https://nobody.${BASE_DOMAIN}`] })).status, 200)
    assert.equal((await patch(app, { public_origins: [`https://not${BASE_DOMAIN}`] })).status, 200)
  })

  test(`${engine}: pages of an allowed origin may call at once`, async () => {
    const app = await application(w)
    const origin = 'https://pages.example.com'
    const allowed = async () =>
      (await app.call('/v1/session/me/list', { headers: { origin } })).headers.get('access-control-allow-origin')
    assert.equal(await allowed(), null)
    await patch(app, { allowed_origins: [origin] })
    assert.equal(await allowed(), origin)
  })
}
