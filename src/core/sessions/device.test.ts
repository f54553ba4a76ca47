import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { Application } from '../applications/application.ts'
import { describeDevice, platformOf } from './device.ts'

const APP: Application = {
  id: 'app1',
  name: 'app1',
  mode: 'dev',
  version: 1,
  publicOrigins: [],
  allowedOrigins: [],
  redirectUris: [],
  domains: [],
  settings: {},
  createdAt: 0,
}

const requestWith = (headers: HttpRequest['headers']): HttpRequest => ({
  id: 'req_1',
  method: 'POST',
  url: '/',
  authority: 'app1.session.test',
  ip: '203.0.113.1',
  proxied: false,
  headers,
  cookies: {},
})

const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36'

for (const [what, headers, platform] of [
  ['the web SDK', { 'user-agent': CHROME, 'x-sdk-user-agent': 'Prelude/0.6.0 Core/0.2.0 (Web)' }, 'WEB'],
  ['the web SDK in an Android app', { 'user-agent': 'okhttp/4', 'x-sdk-user-agent': 'Prelude/0.6.0 (Web)' }, 'WEB'],
  ['the iOS SDK', { 'user-agent': 'Prelude/0.7.0 (Apple; iOS 18.1)' }, 'IOS'],
  ['the Android SDK', { 'user-agent': 'okhttp/4.12.0' }, 'ANDROID'],
  ['a browser', { 'user-agent': CHROME }, 'WEB'],
  ['nobody in particular', {}, 'WEB'],
] as const) {
  test(`${what} runs on ${platform}`, () => assert.equal(platformOf(requestWith(headers)), platform))
}

test('a device id is kept if it is a UUID, in lower case', () => {
  const idOf = (id: string) => describeDevice(APP, requestWith({ 'x-device-id': id })).device_id
  assert.equal(idOf('5B0E3C0E-7F5E-4A55-9A3C-2F0F4F2F9C11'), '5b0e3c0e-7f5e-4a55-9a3c-2f0f4f2f9c11')
  for (const none of ['', 'device', '5b0e3c0e7f5e4a559a3c2f0f4f2f9c11', '5b0e3c0e-7f5e-4a55-9a3c-2f0f4f2f9c11x'])
    assert.equal(idOf(none), null)
})

test('whatever a client says of itself, every field is a text of bounded length', () => {
  const agents = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2000 }),
    fc
      .string({ maxLength: 600 })
      .map((text) => `Mozilla/5.0 (Linux; Android ${'1'.repeat(99)}; ${text}${'M'.repeat(99)}) Mobile`),
    fc.constantFrom('iPad;', 'iPhone;', 'Macintosh;', 'Android 1; ', 'CrOS ').map((start) => start.repeat(300)),
  )
  fc.assert(
    fc.property(agents, (agent) => {
      const device = describeDevice(APP, requestWith({ 'user-agent': agent }))
      assert.ok(device.device_model.length <= 64)
      assert.ok(device.os_version.length <= 32)
      assert.ok(['desktop', 'mobile', 'tablet', 'unknown'].includes(device.device_type))
      assert.equal(device.country_code, 'ZZ')
    }),
    { numRuns: 2000 },
  )
})

test('a header that was sent twice says nothing', () => {
  const device = describeDevice(APP, requestWith({ 'user-agent': ['okhttp/4', 'okhttp/4'] }))
  assert.equal(device.device_type, 'unknown')
})
