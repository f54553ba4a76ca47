import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passkeyConfig } from '../../../test/house/passkeys.ts'
import { isOriginOf, problemOfPasskeys } from './config.ts'

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
    const problem = await problemOfPasskeys(passkeyConfig({ rp_id: rpId, allowed_origins: [] }), mode ?? 'prod')
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
    assert.match((await problemOfPasskeys(config, 'prod')) ?? 'none', is ? /^none$/ : /^allowed_origins\.1: /)
  })
}

test('a list of models is refused, for nothing proves them, and phones would be shut out', async () => {
  const config = passkeyConfig({
    attestation_preference: 'direct',
    aaguid_allowlist: ['01020304-0506-0708-0102-030405060708'],
  })
  assert.match((await problemOfPasskeys(config, 'prod')) ?? '', /^aaguid_allowlist: .*phones/)
})
