import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { updateApplicationHosts } from '../../core/applications/store.ts'

const HOST = 'id.shop.example'
const [APPLE, ANDROID, WEB] = ['apple-app-site-association', 'assetlinks.json', 'webauthn'].map(
  (file) => `/.well-known/${file}`,
) as [string, string, string]
const KEY = 'n1e4V2yKvNRW4mGgDqKQq5l1v1oHk3y2uYkqk1m5b0A'
const FINGERPRINT = '9F:57:B8:57:6C:8A:BC:D4:56:E2:61:A0:0E:A2:90:AB:99:75:BF:5A:07:93:7C:B6:B9:89:2A:93:59:B9:6F:40'
const ANDROID_ORIGINS = [`android:apk-key-hash:${KEY}`, `android:apk-key-hash-sha256:${KEY}`]
const CONFIG = {
  rp_id: HOST,
  rp_name: 'Shop',
  allowed_origins: [`https://${HOST}`, 'https://shop.example', 'https://laden.example', ...ANDROID_ORIGINS],
}
const APPS = { apple_app_ids: ['ABCDE12345.example.shop'], android_packages: ['example.shop', 'example.shop.beta'] }

for (const { engine, w } of await stages()) {
  test(`${engine}: the host of an RP id that is ours says which apps and pages use its passkeys`, async () => {
    const app = await application(w, { publicOrigins: [`https://${HOST}:8443`] })
    await w.deps.transact((tx) => updateApplicationHosts(tx, app.id, [HOST]))
    const at = (path: string, host = HOST) => app.call(path, { headers: { host } })
    const nothing = async (host = HOST) => {
      for (const path of [APPLE, ANDROID, WEB]) assertRefused(await at(path, host), 'not_found', 'not_found')
    }
    await nothing(`${HOST}:8443`)
    const plain = { ...CONFIG, allowed_origins: [`https://${HOST}`] }
    await app.manage('/config/passkey', { method: 'PUT', body: plain })
    await nothing(`${HOST}:8443`)

    const put = await app.manage('/config/passkey', { method: 'PUT', body: CONFIG })
    assert.equal(put.status, 200, JSON.stringify(put.body))
    assert.equal(
      (await app.manage('/settings', { method: 'PATCH', body: { settings: { passkey_apps: APPS } } })).status,
      200,
    )
    const read = async (path: string) => {
      const { status, headers, body } = await at(path, `${HOST.toUpperCase()}:8443`)
      const [type, cache] = ['content-type', 'cache-control'].map((name) => headers.get(name))
      assert.deepEqual([status, cache], [200, 'public, max-age=300'])
      assert.match(type ?? '', /^application\/json\b/)
      return body
    }
    assert.deepEqual(await read(APPLE), { webcredentials: { apps: ['ABCDE12345.example.shop'] } })
    const target = { namespace: 'android_app', sha256_cert_fingerprints: [FINGERPRINT] }
    assert.deepEqual(
      await read(ANDROID),
      ['example.shop', 'example.shop.beta'].map((package_name) => ({
        relation: ['delegate_permission/common.get_login_creds'],
        target: { ...target, package_name },
      })),
    )
    assert.deepEqual(await read(WEB), { origins: ['https://shop.example', 'https://laden.example'] })
    await nothing(app.host)
  })

  test(`${engine}: apps are named as the stores name them, and pages of other domains only where we can say so`, async () => {
    const app = await application(w)
    const patch = (passkey_apps: object) =>
      app.manage('/settings', { method: 'PATCH', body: { settings: { passkey_apps } } })
    assertInvalid(await patch({ apple_app_ids: ['example.shop'] }), 'passkey_apps.apple_app_ids[0]')
    assertInvalid(await patch({ android_packages: ['shop'] }), 'passkey_apps.android_packages[0]')
    const put = await app.manage('/config/passkey', { method: 'PUT', body: CONFIG })
    assertInvalid(put, 'body.allowed_origins[1]: https at id.shop.example or below it. Pages of another domain')
  })
}
