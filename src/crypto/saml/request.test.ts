import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { ACS, certificateOf, keyOf, NOW, SP } from '../../../test/house/saml.ts'
import { loginUrl } from './request.ts'
import { attribute, elements, parseXml, textOf } from './xml.ts'

const REQUEST = {
  id: '_0123456789abcdef0123456789abcdef01234567',
  ssoUrl: 'https://idp.example.com/sso',
  acsUrl: ACS,
  entityId: SP,
  relayState: 'samlr_01k8',
  now: NOW,
  privateKey: keyOf('idp'),
}

function requestIn(url: string) {
  const { searchParams } = new URL(url)
  return inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
}

test('a request to log in says who asks, for what, and where the answer goes', async () => {
  const request = await parseXml(requestIn(loginUrl(REQUEST)))
  assert.ok(request)
  assert.equal(request.name, 'samlp:AuthnRequest')
  const said = request.attributes.filter(({ prefix }) => prefix === '').map(({ name, value }) => [name, value])
  assert.deepEqual(Object.fromEntries(said), {
    ID: REQUEST.id,
    Version: '2.0',
    IssueInstant: '2026-01-15T12:00:00.000Z',
    Destination: REQUEST.ssoUrl,
    AssertionConsumerServiceURL: ACS,
    ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
  })
  const [issuer, policy, ...others] = elements(request)
  assert.equal(issuer && textOf(issuer), SP)
  assert.equal(policy && attribute(policy, 'Format'), 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress')
  assert.deepEqual(others, [], 'no way of authenticating is asked for')
})

test('what is signed are the very characters that are sent', () => {
  const url = loginUrl(REQUEST)
  const [, query = '', signature = ''] = /\?(SAMLRequest=.*&RelayState=.*&SigAlg=.*)&Signature=(.*)$/.exec(url) ?? []
  const key = createPublicKey(certificateOf('idp'))
  const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
  assert.ok(verify('sha256', Buffer.from(query), key, bytes))
  assert.ok(!verify('sha256', Buffer.from(query.replace('samlr', 'other')), key, bytes))
  assert.equal(new URL(url).searchParams.get('RelayState'), REQUEST.relayState)
})

for (const [what, ssoUrl, begin] of [
  ['without a query', 'https://idp.example.com/sso', 'https://idp.example.com/sso?SAMLRequest='],
  ['with a query', 'https://idp.example.com/sso?idpid=C01', 'https://idp.example.com/sso?idpid=C01&SAMLRequest='],
  ['with an empty query', 'https://idp.example.com/sso?', 'https://idp.example.com/sso?SAMLRequest='],
  ['with a fragment', 'https://idp.example.com/sso#x', 'https://idp.example.com/sso?SAMLRequest='],
] as const) {
  test(`a request goes to an address ${what}`, () => {
    assert.ok(loginUrl({ ...REQUEST, ssoUrl }).startsWith(begin))
  })
}

test('nothing that a request says can be markup', async () => {
  const ssoUrl = `https://idp.example.com/sso?a="><x y='&`
  const request = await parseXml(requestIn(loginUrl({ ...REQUEST, ssoUrl, entityId: '"><x>&\n' })))
  assert.ok(request)
  assert.equal(attribute(request, 'Destination'), ssoUrl)
  assert.equal(elements(request)[0]?.children.join(''), '"><x>&\n')
})

test('a RelayState has 80 bytes at most', () => {
  assert.ok(loginUrl({ ...REQUEST, relayState: 'a'.repeat(80) }))
  assert.throws(() => loginUrl({ ...REQUEST, relayState: 'a'.repeat(81) }), RangeError)
})
