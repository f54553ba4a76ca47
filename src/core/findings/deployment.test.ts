import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '../../platform/finding.ts'
import {
  judgeBaseDomain,
  judgeClock,
  judgeDefaultApp,
  judgeMetadata,
  judgeOpenings,
  judgeProxies,
  judgeSchema,
} from './deployment.ts'

type Level = Finding['level']

/** A finding that asks for something says how to do it, in one sentence. */
function assertLevel(finding: Finding, level: Level) {
  assert.equal(finding.level, level, finding.what)
  if (level === 'ok') assert.equal(finding.mend, undefined)
  else assert.match(finding.mend ?? '', /^[A-Z].*\.$/)
}

describe('the base domain', () => {
  const table: readonly (readonly [baseDomain: string, publicScheme: 'https' | 'http', Level])[] = [
    ['session.example.com', 'https', 'ok'],
    ['session.example.com:8443', 'https', 'ok'],
    ['example.co.uk', 'https', 'ok'],
    ['session.localhost', 'https', 'ok'],
    ['session.localhost:8080', 'http', 'ok'],
    ['auth.corp.internal', 'https', 'ok'],
    ['shop.vercel.app', 'https', 'ok'],
    ['session.example.com', 'http', 'fault'],
    ['co.uk', 'https', 'fault'],
    ['vercel.app', 'https', 'fault'],
    ['127.0.0.1', 'https', 'fault'],
    ['127.0.0.1:8080', 'http', 'fault'],
  ]
  for (const [baseDomain, publicScheme, level] of table) {
    test(`${baseDomain} over ${publicScheme}: ${level}`, () => {
      assertLevel(judgeBaseDomain({ baseDomain, publicScheme }), level)
    })
  }
})

describe('trusted proxies', () => {
  const local = { host: '127.0.0.1', port: 8080 }
  const open = { host: '0.0.0.0', port: 8080 }
  const tls = { cert: '', key: '' }
  const https = { publicScheme: 'https', baseDomain: 'session.example.com' } as const
  const development = { publicScheme: 'https', baseDomain: 'session.localhost' } as const
  const table = [
    ['a server before which a proxy ends TLS', { ...https, listen: local }, 'hint'],
    ['a server open to the network without TLS', { ...https, listen: open }, 'hint'],
    ['a development server open to the network without TLS', { ...development, listen: open }, 'hint'],
    ['a server that names its proxy', { ...https, listen: open, trustedProxies: ['10.0.0.0/8'] }, 'ok'],
    ['a server that ends TLS itself', { ...https, listen: open, tls }, 'ok'],
    ['a development server on this machine', { ...development, listen: local }, 'ok'],
  ] as const
  for (const [what, facts, level] of table) {
    test(`${what}: ${level}`, () => assertLevel(judgeProxies({ tls: undefined, trustedProxies: [], ...facts }), level))
  }
})

describe('what is meant for development', () => {
  const judge = (baseDomain: string, allowPrivateHooks: boolean, defaultApp: string | undefined) =>
    judgeOpenings({ baseDomain, publicScheme: 'https', allowPrivateHooks, defaultApp })

  test('is hinted at when the server has a public name', () => {
    const findings = judge('session.example.com', true, 'demo')
    assert.equal(findings.length, 2)
    for (const finding of findings) assertLevel(finding, 'hint')
  })

  test('is not when it is unset, or the server is for this machine', () => {
    assert.deepEqual(judge('session.example.com', false, undefined), [])
    assert.deepEqual(judge('session.localhost', true, 'demo'), [])
  })
})

test('a default application must exist', () => {
  assert.deepEqual(judgeDefaultApp(undefined, []), [])
  assert.deepEqual(judgeDefaultApp('demo', ['shop', 'demo']), [])
  const [finding] = judgeDefaultApp('demo', ['shop'])
  assertLevel(finding as Finding, 'fault')
})

test('metadata of the FIDO Alliance is good for a day longer than it says, and hinted at then', () => {
  const nextUpdate = Date.UTC(2026, 1, 1)
  const levels = (metadata: Parameters<typeof judgeMetadata>[0], now: number) =>
    judgeMetadata(metadata, now).map(({ level }) => level)
  const metadata = { nextUpdate, roots: new Map([['01020304-0506-0708-0102-030405060708', ['pem']]]) }
  assert.deepEqual(levels(undefined, nextUpdate), [])
  assert.deepEqual(levels(metadata, nextUpdate + 86_399_999), ['ok'])
  const [old] = judgeMetadata(metadata, nextUpdate + 86_400_000)
  assertLevel(old as Finding, 'hint')
  assert.match(old?.what ?? '', /1 models .* 2026-02-01$/)
})

test('a schema that lacks migrations is a fault, a database without any is new', () => {
  assertLevel(judgeSchema([], 2), 'ok')
  assertLevel(judgeSchema(['users/002-more'], 2), 'fault')
  assertLevel(judgeSchema(['users/001-create', 'users/002-more'], 2), 'hint')
})

describe('the clock', () => {
  const table: readonly (readonly [number | undefined, Level])[] = [
    [undefined, 'ok'],
    [0, 'ok'],
    [2_000, 'ok'],
    [-2_001, 'hint'],
    [30_000, 'hint'],
    [-30_001, 'fault'],
    [3_600_000, 'fault'],
  ]
  for (const [skewMs, level] of table)
    test(`${skewMs} ms apart: ${level}`, () => assertLevel(judgeClock(skewMs), level))

  test('is said to be ahead or behind', () => {
    assert.match(judgeClock(60_000).what, /this machine is 60\.0 s behind the database/)
    assert.match(judgeClock(-60_000).what, /this machine is 60\.0 s ahead of the database/)
  })
})
