import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passkeyConfig } from '../../../test/house/passkeys.ts'
import type { OutboundOutcome, OutboundRequest } from '../../platform/safe-fetch.ts'
import { examinePasskeys, type PasskeyPatient } from './passkeys.ts'

const KEY = 'n1e4V2yKvNRW4mGgDqKQq5l1v1oHk3y2uYkqk1m5b0A'
const OTHER_KEY = 'o1e4V2yKvNRW4mGgDqKQq5l1v1oHk3y2uYkqk1m5b0A'
const [FINGERPRINT, OTHER] = [KEY, OTHER_KEY].map((key) =>
  Buffer.from(key, 'base64url')
    .toString('hex')
    .replace(/..(?!$)/g, '$&:'),
) as [string, string]
const APPS = { apple_app_ids: ['ABCDE12345.example.shop'], android_packages: ['example.shop'] }
const PAGES = ['https://shop.example', 'https://www.shop.example']
const CONFIG = {
  rp_id: 'shop.example',
  allowed_origins: [...PAGES, `android:apk-key-hash:${KEY}`],
}
const HEALTHY: PasskeyPatient = {
  id: 'shop',
  config: passkeyConfig(CONFIG),
  apps: APPS,
  ground: { mode: 'prod', metadata: undefined, hosts: ['auth.shop.example'] },
  pages: [...PAGES, 'capacitor://localhost'],
  orphans: 0,
}

const link = (package_name: string, fingerprints: readonly string[], relation = 'common.get_login_creds') => ({
  relation: [`delegate_permission/${relation}`],
  target: { namespace: 'android_app', package_name, sha256_cert_fingerprints: fingerprints },
})
const SITE = {
  relation: ['delegate_permission/common.get_login_creds'],
  target: { namespace: 'web', site: 'https://shop.example' },
}
const PUBLISHED: Readonly<Record<string, unknown>> = {
  'apple-app-site-association': { applinks: {}, webcredentials: { apps: ['OTHER12345.app', ...APPS.apple_app_ids] } },
  'assetlinks.json': [SITE, link('example.shop', [FINGERPRINT])],
}

/** What is found, where the host of the RP id answers with these files. */
async function examine(change: Partial<PasskeyPatient> = {}, published: Readonly<Record<string, unknown>> = PUBLISHED) {
  const asked: OutboundRequest[] = []
  const fetch = async (request: OutboundRequest): Promise<OutboundOutcome> => {
    asked.push(request)
    const file = request.url.replace('https://shop.example/.well-known/', '')
    const said = published[file]
    if (said === undefined) return { kind: 'failed', reason: 'network' }
    const [status, body] = typeof said === 'number' ? [said, PUBLISHED[file]] : [200, said]
    return { kind: 'answered', status, headers: {}, body: Buffer.from(JSON.stringify(body)) }
  }
  const findings = await examinePasskeys({ ...HEALTHY, ...change }, { fetch })
  const askedFor = findings.filter(({ level }) => level !== 'ok')
  return { asked, findings, askedFor, told: askedFor.map(({ what, mend }) => `${what} | ${mend}`).join('\n') }
}

test('passkeys that can be used everywhere are left alone, and what is asked for is bounded', async () => {
  const { asked, findings, askedFor } = await examine()
  assert.deepEqual(askedFor, [])
  assert.deepEqual(
    findings.map(({ topic, level }) => [topic, level]),
    Array(3).fill(['application shop, passkeys', 'ok']),
  )
  assert.deepEqual(
    asked.map(({ url, timeoutMs, maxBytes }) => [url, timeoutMs, maxBytes]),
    [
      ['https://shop.example/.well-known/apple-app-site-association', 5_000, 131_072],
      ['https://shop.example/.well-known/assetlinks.json', 5_000, 131_072],
    ],
  )
})

const config = (change: object) => ({ config: passkeyConfig({ ...CONFIG, ...change }) })
const without = (file: string, said?: unknown) => ({ ...PUBLISHED, [file]: said })
const TWO_KEYS = config({ allowed_origins: [...CONFIG.allowed_origins, `android:apk-key-hash:${OTHER_KEY}`] })
const TWO_APPS = { apps: { ...APPS, android_packages: ['example.shop', 'example.beta'] }, ...TWO_KEYS }

for (const [name, change, published, told] of [
  [
    'a page that is not on the list',
    { pages: ['https://new.shop.example'] },
    PUBLISHED,
    /^those of pages of https:\/\/new\.shop/,
  ],
  [
    'no origin of Apple’s apps',
    {
      ...config({ allowed_origins: ['https://www.shop.example', `android:apk-key-hash:${KEY}`] }),
      pages: ['https://www.shop.example'],
    },
    PUBLISHED,
    /apps for iOS are refused \| Add https:\/\/shop\.example to/,
  ],
  [
    'no certificate of an app for Android',
    config({ allowed_origins: PAGES }),
    PUBLISHED,
    /^those of apps for Android are refused/,
  ],
  [
    'no package of an app for Android',
    { apps: { ...APPS, android_packages: [] } },
    PUBLISHED,
    /package is not known .*android_packages\.$/,
  ],
  ['passkeys of another RP id', { orphans: 3 }, PUBLISHED, /^3 of them were made for another rp_id/],
  [
    'a model that nothing proves any more',
    config({ attestation_preference: 'direct', aaguid_allowlist: ['01020304-0506-0708-0102-030405060708'] }),
    PUBLISHED,
    /^aaguid_allowlist\.0: nothing proves/,
  ],
  [
    'an Apple file that is not there',
    {},
    without('apple-app-site-association', 404),
    /apple-app-site-association cannot be read: status 404 \| .*: \{"webcredentials":\{"apps":\["ABCDE12345\.example\.shop"\]\}\}\.$/,
  ],
  ['a redirect', {}, without('apple-app-site-association', 301), /cannot be read: status 301/],
  ['a host that is not there', {}, without('assetlinks.json'), /assetlinks\.json cannot be read: network/],
  [
    'another app of Apple’s',
    {},
    without('apple-app-site-association', { webcredentials: { apps: ['x'] } }),
    /lacks what apps need/,
  ],
  [
    'an Apple file for links alone',
    {},
    without('apple-app-site-association', { applinks: {} }),
    /lacks what apps need/,
  ],
  [
    'another certificate',
    {},
    without('assetlinks.json', [link('example.shop', [OTHER])]),
    /assetlinks\.json lacks .*get_login_creds/,
  ],
  ['another package', {}, without('assetlinks.json', [link('example.other', [FINGERPRINT])]), /lacks/],
  [
    'another relation',
    {},
    without('assetlinks.json', [link('example.shop', [FINGERPRINT], 'common.handle_all_urls')]),
    /lacks/,
  ],
  ['no list', {}, without('assetlinks.json', { links: [] }), /lacks/],
  ['a certificate of two', TWO_KEYS, PUBLISHED, /lacks/],
  [
    'two apps by their own certificates',
    TWO_APPS,
    without('assetlinks.json', [link('example.shop', [FINGERPRINT]), link('example.beta', [OTHER])]),
    undefined,
  ],
  ['a host that is ours', { ground: { ...HEALTHY.ground, hosts: ['shop.example'] } }, {}, undefined],
  [
    'this machine',
    config({ rp_id: 'localhost', allowed_origins: ['http://localhost:3000', 'https://localhost'] }),
    {},
    /localhost is for applications in development/,
  ],
] as [string, Partial<PasskeyPatient>, Record<string, unknown>, RegExp | undefined][]) {
  test(`the doctor sees ${name}`, async () => {
    const { askedFor, told: said } = await examine(change, published)
    assert.equal(askedFor.length, told ? 1 : 0, said)
    if (told) assert.match(said, told)
    for (const { mend } of askedFor) assert.match(mend ?? '', /^[A-Z].*\.$/)
  })
}
