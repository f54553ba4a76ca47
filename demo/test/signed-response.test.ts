import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { test } from 'node:test'
import { judgeResponse } from '../../src/crypto/saml/response.ts'
import { ACS, encoded, IDP, keyOf, NOW, REQUEST, SP, swap, TERMS } from '../../test/house/saml.ts'
import { element, textOf } from '../server/canonical-xml.ts'
import { type Login, signedResponse } from '../server/signed-response.ts'

const key = createPrivateKey(keyOf('idp'))
const MARY = 'mary.o\'neil+<&>"@acme.example'
const LOGIN: Login = {
  issuer: IDP,
  audience: SP,
  acsUrl: ACS,
  inResponseTo: REQUEST,
  email: MARY,
  attributes: { email: MARY, firstName: 'Märy\r\n\t>', lastName: ']]> &#13;' },
  now: NOW,
}

const judge = (xml: string, change = {}) => judgeResponse(encoded(xml), { ...TERMS, ...change })

test('what Acme signs Antiphon takes, and reads what was said, whatever characters are in it', async () => {
  const verdict = await judge(signedResponse(LOGIN, key))
  assert.ok(verdict.kind === 'accepted', verdict.kind === 'refused' ? verdict.reason : '')
  const { nameId, attributes, inResponseTo } = verdict.reading
  assert.deepEqual([nameId.value, inResponseTo], [MARY, REQUEST])
  assert.deepEqual(
    Object.fromEntries(attributes),
    Object.fromEntries(Object.entries(LOGIN.attributes).map(([name, value]) => [name, [value]])),
  )
})

test('what nobody asked for is taken where that is allowed', async () => {
  const xml = signedResponse({ ...LOGIN, inResponseTo: undefined }, key)
  assert.equal((await judge(xml, { allowsIdpInitiated: true })).kind, 'accepted')
  const refused = await judge(xml)
  assert.deepEqual([refused.kind, 'check' in refused && refused.check], ['refused', 'in_response_to'])
})

test('what is signed is not to be changed, nor signed by somebody else', async () => {
  const xml = signedResponse({ ...LOGIN, attributes: {} }, key)
  const other = signedResponse(LOGIN, createPrivateKey(keyOf('stranger')))
  for (const changed of [swap(xml, 'mary.', 'eve.'), other]) {
    const verdict = await judge(changed)
    assert.deepEqual([verdict.kind, 'check' in verdict && verdict.check], ['refused', 'signature'])
  }
})

test('XML is written in its canonical form', () => {
  const attributes = { b: '1\t2\n', a: '<"&>', 'xmlns:x': 'urn:x' }
  const wanted = '<x:e xmlns:x="urn:x" a="&lt;&quot;&amp;>" b="1&#x9;2&#xA;">&amp;"&#xD;\n&gt;</x:e>'
  assert.equal(element('x:e', attributes, textOf('&"\r\n>')), wanted)
})
