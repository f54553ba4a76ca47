import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hostOf, isAddress, isPublicSuffix, siteOf } from './site.ts'

describe('the site of an origin', () => {
  const table: readonly (readonly [origin: string, site: string])[] = [
    ['https://www.example.com', 'https://example.com'],
    ['https://example.com:8443', 'https://example.com'],
    ['http://www.example.com', 'http://example.com'],
    ['https://a.b.example.co.uk', 'https://example.co.uk'],
    ['https://shop.vercel.app', 'https://shop.vercel.app'],
    ['https://preview.shop.vercel.app', 'https://shop.vercel.app'],
    ['https://auth.shop.github.io', 'https://shop.github.io'],
    ['https://localhost:8443', 'https://localhost'],
    ['https://demo.session.localhost:8443', 'https://session.localhost'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1'],
    ['https://[::1]:8443', 'https://::1'],
    ['https://auth.corp.internal', 'https://corp.internal'],
  ]
  for (const [origin, site] of table) {
    test(`of ${origin} is ${site}`, () => assert.equal(siteOf(origin), site))
  }
})

describe('a public suffix', () => {
  for (const host of ['com', 'co.uk', 'vercel.app', 'github.io']) {
    test(`is ${host}`, () => assert.ok(isPublicSuffix(host)))
  }
  for (const host of ['example.com', 'shop.vercel.app', 'localhost', 'session.localhost', 'internal', '127.0.0.1']) {
    test(`is not ${host}`, () => assert.ok(!isPublicSuffix(host)))
  }
})

test('the host of an origin or authority stands without port and brackets', () => {
  assert.equal(hostOf('session.example.com:8443'), 'session.example.com')
  assert.equal(hostOf('https://Example.com/'), 'example.com')
  assert.equal(hostOf('[::1]:80'), '::1')
  assert.equal(hostOf('not a host'), 'not a host')
})

test('an address is no name', () => {
  assert.ok(isAddress('10.0.0.1'))
  assert.ok(isAddress('2001:db8::1'))
  assert.ok(!isAddress('10.example.com'))
})
