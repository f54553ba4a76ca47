import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readIdpMetadata } from '../../src/crypto/saml/idp-metadata.ts'
import { loginUrl } from '../../src/crypto/saml/request.ts'
import { judgeResponse } from '../../src/crypto/saml/response.ts'
import { ACS, certificateOf, keyOf, NOW, REQUEST, SP } from './saml.ts'
import { ADA, type Change, type Person, samlIdp } from './saml-idp.ts'

const ZOE: Person = { nameId: 'zoe', email: 'zoe+<&>@acme.example', groups: ['a', 'b'] }
const SP_KNOWN = { entity_id: SP, acs_url: ACS, signing_certificate: certificateOf('next') }

const idp = samlIdp(() => NOW)
idp.trust(SP_KNOWN)
const urlBy = (key: 'next' | 'stranger', change = {}) => {
  const request = { id: REQUEST, ssoUrl: idp.ssoUrl, acsUrl: ACS, entityId: SP, relayState: 'r_1', now: NOW }
  return loginUrl({ ...request, privateKey: keyOf(key), ...change })
}

const judge = (encoded: string, allowsIdpInitiated = false) =>
  judgeResponse(encoded, {
    acsUrl: ACS,
    entityId: SP,
    idp: { entityId: idp.entityId, certificates: idp.parts().certificates },
    now: NOW,
    allowsSha1: false,
    allowsIdpInitiated,
  })

async function checkOf(change: Change): Promise<string> {
  const { fields } = await idp.login(urlBy('next'), ADA, change)
  const verdict = await judge(fields.SAMLResponse)
  return verdict.kind === 'refused' ? verdict.check : verdict.kind
}

test('the identity provider of the stories answers a request with whom it is told', async () => {
  const { action, fields } = await idp.login(urlBy('next'), ZOE)
  assert.equal(action, ACS)
  assert.equal(fields.RelayState, 'r_1')
  const verdict = await judge(fields.SAMLResponse)
  assert.ok(verdict.kind === 'accepted')
  const { nameId, attributes, inResponseTo } = verdict.reading
  assert.equal(nameId.value, 'zoe')
  assert.equal(inResponseTo, REQUEST)
  assert.deepEqual(Object.fromEntries(attributes), { email: [ZOE.email], groups: ['a', 'b'] })
  const again = await judge((await idp.login(urlBy('next', { now: NOW - 240_000 }), ZOE)).fields.SAMLResponse)
  assert.ok(again.kind === 'accepted' && again.reading.assertionId !== verdict.reading.assertionId)
})

test('it answers nobody whose request is not in order', async () => {
  for (const url of [
    urlBy('stranger'),
    urlBy('next').replace('r_1', 'r_2'),
    urlBy('next', { entityId: `${SP}x` }),
    urlBy('next', { acsUrl: `${ACS}x` }),
    urlBy('next', { ssoUrl: `${idp.ssoUrl}x` }),
    urlBy('next', { now: NOW + 1 }),
  ])
    await assert.rejects(idp.login(url, ADA), { name: 'AssertionError' })
})

test('all that it says can be otherwise', async () => {
  const evil = (xml: string) => xml.replace('ada@', 'eve@')
  assert.equal(await checkOf({}), 'accepted')
  assert.equal(await checkOf({ signed: 'both' }), 'accepted')
  assert.equal(await checkOf({ edit: evil }), 'accepted')
  assert.equal(await checkOf({ tamper: evil }), 'signature')
  assert.equal(await checkOf({ key: 'stranger' }), 'signature')
  assert.equal(await checkOf({ signed: 'none' }), 'signature_form')
  assert.equal(await checkOf({ login: { acsUrl: `${ACS}x` } }), 'destination')
  assert.equal(await checkOf({ login: { now: NOW - 3_600_000 } }), 'confirmation')
})

test('by its tile it answers without having been asked', async () => {
  const { fields } = idp.click(SP_KNOWN, ADA)
  assert.deepEqual(Object.keys(fields), ['SAMLResponse'])
  assert.equal((await judge(fields.SAMLResponse)).kind, 'refused')
  assert.equal((await judge(fields.SAMLResponse, true)).kind, 'accepted')
})

test('its metadata names every key that it has', async () => {
  const rolling = samlIdp(() => NOW, 'idp.other.example', ['idp', 'next'])
  const served = await rolling.serve({ method: 'GET', url: rolling.metadataUrl, timeoutMs: 1_000, maxBytes: 10_000 })
  assert.ok(served?.kind === 'answered')
  const outcome = await readIdpMetadata(served.body, NOW)
  assert.ok(outcome.kind === 'idp')
  assert.equal(outcome.idp.entityId, rolling.entityId)
  assert.equal(outcome.idp.ssoUrl, rolling.ssoUrl)
  assert.deepEqual(
    outcome.idp.certificates.map(({ pem }) => pem.trim()),
    rolling.parts().certificates.map((pem) => pem.trim()),
  )
})
