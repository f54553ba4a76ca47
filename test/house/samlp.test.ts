import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readIdpMetadata } from '../../src/crypto/saml/idp-metadata.ts'
import { loginUrl } from '../../src/crypto/saml/request.ts'
import { judgeResponse } from '../../src/crypto/saml/response.ts'
import { ACS, certificateOf, keyOf, NOW, REQUEST, SP } from './saml.ts'
import { ADA } from './saml-idp.ts'
import { type SamlpOptions, startSamlp } from './samlp.ts'

const samlp = await startSamlp(() => NOW)
after(samlp.stop)
samlp.trust({ entity_id: SP, acs_url: ACS, signing_certificate: certificateOf('next') })

const urlBy = (key: 'next' | 'stranger', change = {}) => {
  const request = { id: REQUEST, ssoUrl: samlp.ssoUrl, acsUrl: ACS, entityId: SP, relayState: 'r_1', now: NOW }
  return loginUrl({ ...request, privateKey: keyOf(key), ...change })
}

async function judged(options: SamlpOptions) {
  const { action, fields } = await samlp.login(urlBy('next'), ADA, options)
  assert.equal(action, ACS)
  assert.equal(fields.RelayState, 'r_1')
  const idp = { entityId: samlp.entityId, certificates: [samlp.certificate] }
  const terms = { acsUrl: ACS, entityId: SP, idp, now: NOW, allowsSha1: false, allowsIdpInitiated: false }
  return await judgeResponse(fields.SAMLResponse, terms)
}

test('what samlp says unless it is told otherwise is refused: it goes to our name, and confirms nobody for our address', async () => {
  const refusals = async (options: SamlpOptions) =>
    (await judged(options)).checks.filter(({ result }) => result === 'refused').map(({ name }) => name)
  assert.deepEqual(await refusals({}), ['destination', 'confirmation'])
  assert.deepEqual(await refusals({ recipient: ACS }), ['destination'])
  assert.deepEqual(await refusals({ destination: ACS }), ['confirmation'])
})

for (const [signed, options] of [
  ['the assertion', {}],
  ['the response', { signAssertion: false, signResponse: true }],
  ['both', { signResponse: true }],
] as const) {
  test(`an answer of samlp to our request is accepted, with its signature of ${signed}`, async () => {
    const verdict = await judged({ destination: ACS, recipient: ACS, ...options })
    assert.ok(verdict.kind === 'accepted')
    assert.equal(verdict.methods.length, signed === 'both' ? 2 : 1)
    const { nameId, attributes, inResponseTo, issuedAt } = verdict.reading
    assert.equal(nameId.value, ADA.nameId)
    assert.equal(inResponseTo, REQUEST)
    assert.equal(issuedAt, NOW)
    const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
    assert.deepEqual(attributes.get(`${claims}/emailaddress`), [ADA.email])
    assert.deepEqual(attributes.get('http://schemas.passportjs.com/groups'), ADA.groups)
  })
}

test('an answer of samlp that is not signed is refused', async () => {
  const verdict = await judged({ destination: ACS, recipient: ACS, signAssertion: false })
  assert.ok(verdict.kind === 'refused' && verdict.check === 'signature_form')
})

for (const [what, url, reason] of [
  ['signed by another', urlBy('stranger'), /Signature check errors/],
  ['changed on its way', urlBy('next').replace('r_1', 'r_2'), /Signature check errors/],
  ['not signed', urlBy('next').replace(/&SigAlg=.*/, ''), /MUST be signed/],
  ['of another service', urlBy('next', { entityId: `${SP}x` }), /401/],
] as const) {
  test(`samlp answers no request that is ${what}`, async () => {
    await assert.rejects(samlp.login(url, ADA), reason)
  })
}

test('the metadata of samlp is read', async () => {
  const served = await samlp.serve({ method: 'GET', url: samlp.metadataUrl, timeoutMs: 1_000, maxBytes: 10_000 })
  assert.ok(served?.kind === 'answered')
  const outcome = await readIdpMetadata(served.body, NOW)
  assert.ok(outcome.kind === 'idp')
  assert.equal(outcome.idp.entityId, samlp.entityId)
  assert.equal(outcome.idp.ssoUrl, samlp.ssoUrl)
  assert.deepEqual(
    outcome.idp.certificates.map(({ pem }) => pem.trim()),
    [samlp.certificate.trim()],
  )
})
