import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answered } from '../../../test/house/legacy.ts'
import { type RefreshAnswer, VENDORS } from '../../../test/vectors/legacy/token-endpoints.ts'
import type { JwtConfig } from './config.ts'
import { tokenClientOf } from './refresh-mode.ts'
import { readVendorAnswer, requestOf } from './token-endpoint.ts'

const configured = (config: object) => ({ mode: 'jwt', ...config }) as JwtConfig

for (const [name, { config, clientSecret, request, answers }] of Object.entries(VENDORS)) {
  const client = tokenClientOf(configured(config), clientSecret)
  assert.ok(client)

  test(`${name} is asked as it is documented`, () => {
    const { method, url, headers = {}, body = '' } = requestOf(client, 'rt/1+x')
    const { 'content-length': length, accept, ...own } = headers
    assert.deepEqual({ method, url, headers: own, body }, { method: 'POST', ...request })
    assert.deepEqual([length, accept], [String(Buffer.byteLength(body)), 'application/json'])
  })

  for (const [said, status, json, expected] of answers as readonly RefreshAnswer[]) {
    test(`${name} answers ${status} ${said}: ${Array.isArray(expected) ? 'tokens' : expected}`, () => {
      const read = readVendorAnswer(client.wire, answered(json, status))
      if (Array.isArray(expected)) assert.deepEqual(read, { kind: 'tokens', tokens: expected })
      else assert.equal(read.kind, expected)
    })
  }

  test(`${name}: whatever says nothing of the token refuses nobody`, () => {
    const odd: readonly (readonly [number, unknown])[] = [
      [200, '<html>'],
      [200, {}],
      [200, []],
      [200, { id_token: 1, access_token: '', IdToken: null }],
      [200, { error: 'invalid_grant' }],
      [302, { error: 'invalid_grant' }],
      [400, 'invalid_grant'],
      [400, { error: { error: 'invalid_grant' } }],
      [401, { error: 'invalid_client' }],
      [400, { error: 'unauthorized_client' }],
      [404, ''],
      [429, { error: 'invalid_grant', error_code: 'refresh_token_not_found' }],
      [500, { error: 'invalid_grant', error_code: 'refresh_token_not_found' }],
      [503, ''],
    ]
    for (const [status, body] of odd)
      assert.equal(
        readVendorAnswer(client.wire, answered(body, status)).kind,
        'doubt',
        `${status} ${JSON.stringify(body)}`,
      )
    for (const reason of ['timeout', 'network', 'too_large', 'private_address', 'bad_url'] as const)
      assert.equal(readVendorAnswer(client.wire, { kind: 'failed', reason }).kind, 'doubt')
    assert.equal(readVendorAnswer(client.wire, answered({ id_token: 'x'.repeat(16_385) })).kind, 'doubt')
  })
}

test('a client shows its secret in the body or in the header, as configured, and never in both', () => {
  const { config } = VENDORS.Okta
  const ask = (client_authentication?: 'post' | 'basic') => {
    const refresh = { ...config.refresh, ...(client_authentication && { client_authentication }) }
    const client = tokenClientOf(configured({ ...config, refresh }), 's:e c')
    assert.ok(client)
    const { headers = {}, body = '' } = requestOf(client, 'rt')
    return [headers.authorization, new URLSearchParams(body).get('client_secret')]
  }
  const header = `Basic ${Buffer.from('0oa1web:s%3Ae%20c').toString('base64')}`
  assert.deepEqual(
    [ask(), ask('basic'), ask('post')],
    [
      [header, null],
      [header, null],
      [undefined, 's:e c'],
    ],
  )
})

test('refresh tokens are taken only where it is configured, and an endpoint is known', () => {
  const { refresh: _, ...without } = VENDORS.Auth0.config
  assert.equal(tokenClientOf(configured(without), undefined), undefined)
  const clerk = { preset: 'clerk', issuer: 'https://clerk.acme.example', refresh: { client_id: 'web' } }
  assert.equal(tokenClientOf(configured(clerk), undefined), undefined)
})
