import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normaliseHtu } from './dpop.ts'

for (const [url, normal] of [
  ['https://Example.COM', 'https://example.com/'],
  ['HTTPS://example.com:443/a', 'https://example.com/a'],
  ['http://example.com:80/a', 'http://example.com/a'],
  ['https://example.com:8443/a', 'https://example.com:8443/a'],
  ['https://example.com/A%2fb/?q=1@2#f', 'https://example.com/A%2fb/'],
  ['https://example.com?q', 'https://example.com/'],
  ['https://example.com/a/./b/../c', 'https://example.com/a/c'],
  ['http://[::1]:8080/a', 'http://[::1]:8080/a'],
  ['https://localhost:8443/v1', 'https://localhost:8443/v1'],
  ['https://user@example.com/', undefined],
  ['https://user:secret@example.com/', undefined],
  ['https://@example.com/', undefined],
  ['https:///example.com/', undefined],
  ['https:example.com/', undefined],
  ['https:\\\\example.com\\a', undefined],
  ['https://example.com/\ta', undefined],
  [' https://example.com/', undefined],
  ['https://exa mple.com/', undefined],
  ['https://example.com:99999/', undefined],
  ['ftp://example.com/', undefined],
  ['javascript:alert(1)', undefined],
  ['', undefined],
] as const) {
  test(`the normal form of ${JSON.stringify(url)} is ${normal ?? 'none'}`, () => {
    assert.equal(normaliseHtu(url), normal)
    if (normal !== undefined) assert.equal(normaliseHtu(normal), normal)
  })
}
