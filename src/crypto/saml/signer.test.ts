import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALGORITHM, certificateOf, encoded, RESPONSE, signAs, swap, TERMS } from '../../../test/house/saml.ts'
import { judgeResponse } from './response.ts'
import { signaturesOf } from './signature-form.ts'
import { canonicalForm, signerOf } from './signer.ts'
import { parseXml } from './xml.ts'

const certificates = [certificateOf('stranger'), certificateOf('idp'), certificateOf('next')]

async function signatureOf(xml: string) {
  const response = await parseXml(xml)
  const [signature] = response ? signaturesOf(response).assertion : []
  assert.ok(signature)
  return signature
}

for (const method of [ALGORITHM.rsaSha1, ALGORITHM.rsaSha256, ALGORITHM.rsaSha512, ALGORITHM.rsaPss]) {
  test(`a signature is by the certificate whose key made it, by ${method}`, async () => {
    const signature = await signatureOf(signAs(RESPONSE, 'assertion', { method, key: 'next' }))
    assert.equal(signerOf(signature, certificates), certificateOf('next'))
    assert.equal(signerOf(signature, certificates.slice(0, 2)), undefined)
    assert.equal(signerOf(signature, []), undefined)
  })
}

test('a signature whose method or whose digest is another is by nobody', async () => {
  const xml = signAs(RESPONSE, 'assertion')
  for (const [what, by] of [
    ['rsa-sha256', 'rsa-sha512'],
    ['rsa-sha256', 'hmac-sha256'],
    [ALGORITHM.rsaSha256, '__proto__'],
    ['<ds:DigestValue>', '<ds:DigestValue>A'],
    ['URI="#', 'URI="#_'],
  ] as const) {
    const signature = await signatureOf(xml.replace(what, by))
    assert.equal(signerOf(signature, certificates), undefined, by)
  }
})

/** As `xmllint --exc-c14n` writes them. */
for (const [text, canonical] of [
  ['<a:b xmlns:a="urn:a" />', '<a:b xmlns:a="urn:a"></a:b>'],
  ['<b xmlns="urn:b"><b><c xmlns="urn:c"/></b></b>', '<b xmlns="urn:b"><b><c xmlns="urn:c"></c></b></b>'],
  [
    '<a:b xmlns:a="urn:a" xmlns:z="urn:z"><a:c z:d=""/></a:b>',
    '<a:b xmlns:a="urn:a"><a:c xmlns:z="urn:z" z:d=""></a:c></a:b>',
  ],
  [
    '<a:b xmlns:a="urn:a"><c:d xmlns:c="urn:c"/><c:d xmlns:c="urn:c"/></a:b>',
    '<a:b xmlns:a="urn:a"><c:d xmlns:c="urn:c"></c:d><c:d xmlns:c="urn:c"></c:d></a:b>',
  ],
  [
    '<a:b xmlns:a="urn:a"><a:b xmlns:a="urn:2"><a:b xmlns:a="urn:2"/></a:b></a:b>',
    '<a:b xmlns:a="urn:a"><a:b xmlns:a="urn:2"><a:b></a:b></a:b></a:b>',
  ],
  [
    '<q:r xmlns:q="urn:q" xmlns:z="urn:1" xmlns:B="urn:2" z:a="1" B:a="2" b="3" a="4" xml:lang="en"/>',
    '<q:r xmlns:B="urn:2" xmlns:q="urn:q" xmlns:z="urn:1" a="4" b="3" xml:lang="en" z:a="1" B:a="2"></q:r>',
  ],
  [
    `<a:b xmlns:a="urn:a" c='"&#9;&#10;&#13;&lt;&gt;&amp;\t\n'>"&#9;&#13;&lt;&gt;&amp;\n\u{1F600}</a:b>`,
    '<a:b xmlns:a="urn:a" c="&quot;&#x9;&#xA;&#xD;&lt;>&amp;  ">"\t&#xD;&lt;&gt;&amp;\n\u{1F600}</a:b>',
  ],
] as const) {
  test(`the canonical form of ${text}`, async () => {
    const element = await parseXml(text)
    assert.equal(element && canonicalForm(element), canonical)
  })
}

/** In ms of this process, with so many certificates, of which the last is the one. */
async function costOf(xml: string, count: number): Promise<number> {
  const strangers = Array.from({ length: count - 1 }, () => certificateOf('stranger'))
  const terms = { ...TERMS, idp: { ...TERMS.idp, certificates: [...strangers, certificateOf('idp')] } }
  const before = process.cpuUsage()
  await judgeResponse(encoded(xml), terms)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

test('what is not signed costs no more with ten certificates than what is signed costs with one', async () => {
  const value = '<saml:AttributeValue>staff</saml:AttributeValue>'
  const good = signAs(swap(RESPONSE, value, value.repeat(250)), 'both')
  await costOf(good, 1)
  const signed = await costOf(good, 1)
  for (const junk of [
    good.replaceAll('<ds:SignatureValue>', '<ds:SignatureValue>AAAA'),
    good.replace(/<ds:SignatureValue>(?!.*<ds:SignatureValue>)/s, '<ds:SignatureValue>AAAA'),
    good.replace('>staff<', '>owners<'),
  ]) {
    const cost = await costOf(junk, 10)
    assert.ok(cost < 2 * signed, `${cost} ms, and ${signed} ms`)
  }
})
