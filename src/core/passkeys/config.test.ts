import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issue } from '../../../test/house/certificates.ts'
import { passkeyConfig } from '../../../test/house/passkeys.ts'
import { isModelTaken, isOriginOf, type PasskeyConfig, type PasskeyGround, problemOfPasskeys } from './config.ts'

const groundOf = (change: Partial<PasskeyGround> = {}): PasskeyGround => ({
  mode: 'prod',
  metadata: undefined,
  hosts: ['auth.example.com'],
  ...change,
})

for (const [rpId, is, mode] of [
  ['example.com', true],
  ['login.example.co.uk', true],
  ['localhost', true, 'dev'],
  ['localhost', false, 'prod'],
  ['com', false],
  ['co.uk', false],
  ['github.io', false],
  ['https://example.com', false],
  ['example.com:8443', false],
  ['example.com/', false],
  ['Example.com', false],
  ['192.0.2.1', false],
  ['[2001:db8::1]', false],
  ['', false],
] as const) {
  test(`the RP id ${rpId || '(none)'}${mode ? ` in ${mode}` : ''} is ${is ? 'taken' : 'refused'}`, async () => {
    const problem = await problemOfPasskeys(
      passkeyConfig({ rp_id: rpId, allowed_origins: [] }),
      groundOf({ mode: mode ?? 'prod' }),
    )
    assert.equal(problem === undefined, is, String(problem))
    if (!is) assert.match(problem ?? '', /^rp_id: /)
  })
}

const KEY = 'n1e4V2yKvNRW4mGgDqKQq5l1v1oHk3y2uYkqk1m5b0A'

for (const [origin, is] of [
  ['https://example.com', true],
  ['https://login.example.com', true],
  ['https://example.com:8443', true],
  ['http://localhost:3000', true],
  [`android:apk-key-hash:${KEY}`, true],
  [`android:apk-key-hash-sha256:${KEY}`, true],
  ['https://example.com/', false],
  ['https://example.com/app', false],
  ['https://badexample.com', false],
  ['https://example.com.evil.org', false],
  ['http://example.com', false],
  ['http://localhost', false],
  ['http://localhost.evil.org:3000', false],
  ['https://EXAMPLE.com', false],
  ['https://user@example.com', false],
  ['example.com', false],
  ['null', false],
  ['ios:bundle-id:com.example', false],
  [`android:apk-key-hash:${KEY.slice(1)}`, false],
  [`android:apk-key-hash:${KEY}=`, false],
  [`android:apk-key-hash:${KEY.slice(0, -1)}B`, false],
] as const) {
  test(`the origin ${origin} is ${is ? 'taken' : 'refused'}`, async () => {
    assert.equal(isOriginOf('example.com', origin), is)
    const config = passkeyConfig({ rp_id: 'example.com', allowed_origins: ['https://example.com', origin] })
    assert.match((await problemOfPasskeys(config, groundOf())) ?? 'none', is ? /^none$/ : /^allowed_origins\[1\]: /)
  })
}

for (const [what, origins, hosts, problem] of [
  ['where the RP id is a host of ours', ['https://example.org'], ['example.com'], undefined],
  [
    'where it is none',
    ['https://example.com', 'https://example.org'],
    ['auth.example.com'],
    /^allowed_origins\[1\]: .*origin of the/,
  ],
  ['that stands alone where it is none', ['https://example.org'], [], /^allowed_origins\[0\]: .*origin of the/],
  ['with a path', ['https://example.org/app'], ['example.com'], /^allowed_origins\[0\]: /],
  ['over http', ['http://example.org'], ['example.com'], /^allowed_origins\[0\]: /],
  [
    'of five names',
    [1, 2, 3, 4, 5].flatMap((n) => [`https://e${n}.org`, `https://www.e${n}.de`]),
    ['example.com'],
    undefined,
  ],
  ['of six names', [1, 2, 3, 4, 5, 6].map((n) => `https://e${n}.org`), ['example.com'], /^allowed_origins: .* 5 names/],
] as const) {
  test(`an origin of another domain ${what} is ${problem ? 'refused' : 'taken'}`, async () => {
    const config = passkeyConfig({ rp_id: 'example.com', allowed_origins: [...origins] })
    const said = await problemOfPasskeys(config, groundOf({ hosts }))
    if (problem) assert.match(said ?? '', problem)
    else assert.equal(said, undefined)
  })
}

const MODEL = '01020304-0506-0708-0102-030405060708'
const NOW = Date.UTC(2026, 0, 2)
const root = issue({ name: 'Root', isAuthority: true, from: NOW, until: NOW + 1 }).pem
const models: Partial<PasskeyConfig> = {
  attestation_preference: 'direct',
  aaguid_allowlist: [MODEL],
  attestation_roots: [root],
}

const METADATA = { roots: new Map([[MODEL, [root]]]) }
const OTHER = MODEL.replace('01', '02')

for (const [what, change, problem, listed = false] of [
  ['with roots and `direct`', {}, undefined],
  ['with roots and `enterprise`', { attestation_preference: 'enterprise' }, undefined],
  ['roots alone', { aaguid_allowlist: [] }, undefined],
  [
    'without roots, which shuts phones out and nobody else',
    { attestation_roots: [] },
    /^aaguid_allowlist\.0: .*phones/,
  ],
  ['without roots, by the file of the FIDO Alliance', { attestation_roots: [] }, undefined, true],
  [
    'of which that file does not know one',
    { attestation_roots: [], aaguid_allowlist: [MODEL, OTHER] },
    /^aaguid_allowlist\.1: nothing proves/,
    true,
  ],
  ['of which only roots know one', { aaguid_allowlist: [MODEL, OTHER] }, undefined, true],
  ['with `none`', { attestation_preference: 'none' }, /^aaguid_allowlist: needs attestation_preference/],
  ['with `indirect`', { attestation_preference: 'indirect' }, /^aaguid_allowlist: needs attestation_preference/],
  [
    'with a model in other letters',
    { aaguid_allowlist: [MODEL, MODEL.replaceAll('0', 'A')] },
    /^aaguid_allowlist\.1: /,
  ],
  ['with a root that is none', { attestation_roots: [root, 'rubbish'] }, /^attestation_roots\[1\]: /],
] as [string, Partial<PasskeyConfig>, RegExp | undefined, boolean?][]) {
  test(`a list of models ${what}`, async () => {
    const said = await problemOfPasskeys(
      passkeyConfig({ ...models, ...change }),
      groundOf(listed ? { metadata: METADATA } : {}),
    )
    if (problem) assert.match(said ?? '', problem)
    else assert.equal(said, undefined)
  })
}

for (const [what, allowlist, isModelProven, is] of [
  ['any, where there is no list', [], false, true],
  ['one on the list that is proven', [MODEL], true, true],
  ['25 one on the list that is only said', [MODEL], false, false],
  ['25 one that is proven and not on the list', [MODEL.replace('01', '02')], true, false],
] as const) {
  test(`of models is taken ${what}: ${is}`, () => {
    const config = passkeyConfig({ aaguid_allowlist: [...allowlist] })
    assert.equal(isModelTaken(config, { aaguid: MODEL, isModelProven }), is)
  })
}
