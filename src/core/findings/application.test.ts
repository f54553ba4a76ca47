import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '../../platform/finding.ts'
import { KEY_SCHEDULE } from '../signing-keys/rotation.ts'
import {
  type Delivery,
  judgeCookies,
  judgeDelivery,
  judgeKeys,
  judgeOrigins,
  judgeUrls,
  type Key,
  type Patient,
} from './application.ts'

const levels = (findings: readonly Finding[]) => findings.map(({ level }) => level)

const shop = (facts: Partial<Patient>): Patient => ({
  id: 'shop',
  publicOrigins: ['https://shop.session.example.com'],
  allowedOrigins: [],
  sameSite: 'lax',
  ...facts,
})

describe('origins', () => {
  const well = ['https://example.com', 'https://example.com:8443', 'http://localhost:3000', 'https://[::1]:1']
  const ill = ['https://example.com/', 'https://Example.com', 'example.com', 'https://example.com:443', 'null', '*']

  for (const origin of ['capacitor://localhost', 'chrome-extension://abcdefgh', 'http://tauri.localhost']) {
    test(`${origin} is one of pages, and nobody is reached there`, () => {
      assert.deepEqual(judgeOrigins(shop({ allowedOrigins: [origin] })), [])
      const isReached = origin.startsWith('http')
      assert.deepEqual(levels(judgeOrigins(shop({ publicOrigins: [origin] }))), isReached ? [] : ['fault'])
    })
  }
  for (const origin of well) {
    test(`${origin} is one`, () => assert.deepEqual(judgeOrigins(shop({ allowedOrigins: [origin] })), []))
  }
  for (const origin of ill) {
    test(`${origin} is none`, () => {
      assert.deepEqual(levels(judgeOrigins(shop({ allowedOrigins: [origin] }))), ['fault'])
      assert.deepEqual(levels(judgeOrigins(shop({ publicOrigins: [origin] }))), ['fault'])
    })
  }
})

describe('cookies', () => {
  const table: readonly (readonly [string, Partial<Patient>, Finding['level'][]])[] = [
    ['pages on the same site', { allowedOrigins: ['https://www.example.com', 'https://example.com:8443'] }, []],
    ['pages on another site', { allowedOrigins: ['https://shop.test'] }, ['fault']],
    ['pages on another site, strict', { allowedOrigins: ['https://shop.test'], sameSite: 'strict' }, ['fault']],
    ['pages on another site, SameSite=none', { allowedOrigins: ['https://shop.test'], sameSite: 'none' }, []],
    ['pages that an app brings along', { allowedOrigins: ['ionic://localhost'] }, ['hint']],
    ['pages that an app brings along below localhost', { allowedOrigins: ['http://tauri.localhost'] }, ['hint']],
    ['pages that an app brings along, SameSite=none', { allowedOrigins: ['ionic://localhost'], sameSite: 'none' }, []],
    ['pages on the same site in plain http', { allowedOrigins: ['http://www.example.com'] }, ['fault']],
    [
      'neighbours on a host of many customers',
      { publicOrigins: ['https://shop-auth.vercel.app'], allowedOrigins: ['https://shop.vercel.app'] },
      ['fault'],
    ],
    [
      'a page below the same customer’s name there',
      { publicOrigins: ['https://auth.shop.vercel.app'], allowedOrigins: ['https://shop.vercel.app'] },
      [],
    ],
    [
      'pages on the site of one public origin of two',
      {
        publicOrigins: ['https://auth.shop.test', 'https://shop.session.example.com'],
        allowedOrigins: ['https://shop.test'],
      },
      ['hint'],
    ],
    [
      'two ports of this machine',
      { publicOrigins: ['https://localhost:8443'], allowedOrigins: ['https://localhost:9443'] },
      [],
    ],
    [
      'a page of this machine in plain http',
      { publicOrigins: ['https://localhost:8443'], allowedOrigins: ['http://localhost:3000'] },
      ['fault'],
    ],
    ['SameSite=none in plain http', { publicOrigins: ['http://auth.shop.test'], sameSite: 'none' }, ['fault']],
    ['SameSite=none in plain http on this machine', { publicOrigins: ['http://localhost:1'], sameSite: 'none' }, []],
  ]
  for (const [what, facts, expected] of table) {
    test(`${what}: ${expected.join() || 'fine'}`, () => assert.deepEqual(levels(judgeCookies(shop(facts))), expected))
  }

  test('each page that is on another site is told of, with where it should dial', () => {
    const findings = judgeCookies(
      shop({ allowedOrigins: ['https://a.test', 'https://www.example.com', 'https://b.test'] }),
    )
    assert.deepEqual(
      findings.map(({ what }) => /pages of (\S+)/.exec(what)?.[1]),
      ['https://a.test', 'https://b.test'],
    )
    assert.match(findings[0]?.mend ?? '', /https:\/\/a\.test/)
  })
})

describe('URLs that are called', () => {
  const table: readonly (readonly [url: string, allowPrivate: boolean, Finding['level'][]])[] = [
    ['https://hooks.example.com/validate', false, []],
    ['https://203.0.113.1.example/validate', false, []],
    ['http://hooks.example.com/validate', false, ['fault']],
    ['https://localhost:3000/validate', false, ['fault']],
    ['https://10.0.0.7/validate', false, ['fault']],
    ['https://[fd00::1]/validate', false, ['fault']],
    ['https://8.8.8.8/validate', false, []],
    ['http://10.0.0.7/validate', true, []],
  ]
  for (const [url, allowPrivate, expected] of table) {
    test(`${url}${allowPrivate ? ', private ones allowed' : ''}: ${expected.join() || 'fine'}`, () => {
      assert.deepEqual(levels(judgeUrls({ id: 'shop' }, [url], allowPrivate)), expected)
    })
  }
})

describe('signing keys', () => {
  const { periodMs, leadMs } = KEY_SCHEDULE
  const HOUR_MS = 3_600_000
  const key = (facts: Partial<Key> = {}): Key => ({
    purpose: 'access_token',
    alg: 'EdDSA',
    generation: 1,
    activates_at: 0,
    opens: true,
    ...facts,
  })
  const judge = (keys: readonly Key[], now: number) => levels(judgeKeys({ id: 'shop' }, keys, now, KEY_SCHEDULE))
  const due = periodMs - leadMs

  test('that open and are young are fine', () => assert.deepEqual(judge([key()], due - 1), ['ok']))
  test('that became due within the last two hours are fine', () =>
    assert.deepEqual(judge([key()], due + HOUR_MS), ['ok']))
  test('that have been due for longer are late', () => {
    assert.deepEqual(judge([key()], due + 3 * HOUR_MS), ['hint'])
    assert.deepEqual(judge([key(), key({ purpose: 'webhook' })], due + 3 * HOUR_MS), ['hint', 'hint'])
  })
  test('that have a successor are fine', () => {
    assert.deepEqual(judge([key(), key({ generation: 2, activates_at: periodMs })], due + 3 * HOUR_MS), ['ok'])
  })
  test('that do not open are a fault', () => {
    const findings = judgeKeys({ id: 'shop' }, [key(), key({ purpose: 'webhook', opens: false })], 0, KEY_SCHEDULE)
    assert.deepEqual(levels(findings), ['fault'])
    assert.match(findings[0]?.what ?? '', /^1 of 2 /)
  })
  test('that are not there are a fault', () => {
    assert.deepEqual(judge([], 0), ['fault'])
    assert.deepEqual(judge([key({ purpose: 'webhook' })], 0), ['fault'])
  })
})

describe('codes', () => {
  const table: readonly (readonly [string, Partial<Delivery>, Finding['level'][]])[] = [
    ['that a provider delivers', { providers: [{ channel: 'sms', kind: 'twilio' }] }, []],
    ['that nobody delivers', {}, ['fault']],
    ['that somebody delivers by another channel', { providers: [{ channel: 'email', kind: 'smtp' }] }, ['fault']],
    ['that only a mailbox keeps', { providers: [{ channel: 'sms', kind: 'mailbox' }] }, ['fault']],
    ['that nobody delivers, in development', { mode: 'dev' }, ['hint']],
    ['of two configurations of one channel', { channels: ['sms', 'sms'] }, ['fault']],
    ['that nobody asks for', { channels: [] }, []],
  ]
  for (const [what, facts, expected] of table) {
    test(what, () => {
      const delivery: Delivery = { mode: 'prod', channels: ['sms'], providers: [], ...facts }
      assert.deepEqual(levels(judgeDelivery(shop({}), delivery)), expected)
    })
  }
})

test('development is no news on a machine that only itself dials', () => {
  const delivery = { mode: 'dev', channels: [], providers: [] } as const
  const at = (...publicOrigins: string[]) => levels(judgeDelivery(shop({ publicOrigins }), delivery))
  assert.deepEqual(at('https://localhost:8443', 'https://demo.session.localhost:8443'), ['ok'])
  assert.deepEqual(at('https://localhost:8443', 'https://auth.shop.example'), ['hint'])
})
