import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { localeOf } from './locale.ts'

const REQUEST: HttpRequest = {
  id: '',
  method: 'POST',
  url: '/',
  authority: '',
  ip: '',
  proxied: false,
  headers: {},
  cookies: {},
}

test('the language read first is the locale; without a sensible one it is English', () => {
  for (const [header, locale] of [
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['fr-ca;q=0.8, en', 'fr-CA'],
    ['pt_br', 'pt-BR'],
    ['ja', 'ja'],
    ['x'.repeat(10_000), 'en'],
  ] as const)
    assert.equal(localeOf({ ...REQUEST, headers: { 'accept-language': header } }), locale)
})
