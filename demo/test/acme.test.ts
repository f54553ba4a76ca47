import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fastify from 'fastify'
import { readIdpMetadata } from '../../src/crypto/saml/idp-metadata.ts'
import { loginUrl } from '../../src/crypto/saml/request.ts'
import { judgeResponse } from '../../src/crypto/saml/response.ts'
import { ACS, certificateOf, keyOf, NOW, REQUEST, SP } from '../../test/house/saml.ts'
import { ACME, ACME_PATH, openAcme } from '../server/acme.ts'
import { buildAcme } from '../server/assets.ts'
import { serveAcme } from '../server/serve-acme.ts'

/** Somebody's own connection to the same identity provider. */
const OTHER = `${SP}2`

/** Acme's pages, beside as much of Antiphon as they ask. */
async function openPages() {
  const server = fastify()
  const sp = { entity_id: SP, acs_url: ACS, signing_certificate: certificateOf('sp') }
  const other = { ...sp, entity_id: OTHER, acs_url: `${OTHER}/acs` }
  const idp = { entity_id: ACME }
  const connections = [
    { id: 'samlc_0', provider_id: 'okta', idp, sp: other },
    { id: 'samlc_1', provider_id: 'acme', idp, sp },
  ]
  server.get('/v2/session/apps/demo/config/login/saml', async () => ({ connections }))
  let origin = ''
  const managementKey = 'ak_1'
  const antiphon = { origin: () => origin, appId: 'demo', managementKey, certificate: undefined, now: () => NOW }
  const [acme, pages] = await Promise.all([openAcme(antiphon.now), buildAcme()])
  await server.register(async (scope) => serveAcme(scope, antiphon, [], acme, pages))
  origin = await server.listen({ host: '127.0.0.1', port: 0 })
  after(() => server.close())
  const metadata = await readIdpMetadata(acme.metadata('https://localhost/demo/acme/sso'), NOW)
  assert.ok(metadata.kind === 'idp', 'reason' in metadata ? metadata.reason : '')
  const { entityId, certificates } = metadata.idp
  return { server, connections, idp: { entityId, certificates: certificates.map(({ pem }) => pem) } }
}
const { server, connections, idp } = await openPages()

const sso = (change = {}) => {
  const request = {
    id: REQUEST,
    ssoUrl: `https://x${ACME_PATH}sso`,
    acsUrl: ACS,
    entityId: SP,
    relayState: 'r&"1',
    now: NOW,
  }
  const url = new URL(loginUrl({ ...request, privateKey: keyOf('sp'), ...change }))
  return url.pathname + url.search
}
const see = (url: string) => server.inject({ url })
const choose = (url: string, member: string) =>
  server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `member=${member}`,
  })

/** What of a page that leaves would be sent. */
const fieldsOf = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )

const judge = async (encoded = '', allowsIdpInitiated = false) => {
  const terms = { acsUrl: ACS, entityId: SP, idp, now: NOW, allowsSha1: false, allowsIdpInitiated }
  const verdict = await judgeResponse(encoded, terms)
  assert.ok(verdict.kind === 'accepted', 'reason' in verdict ? verdict.reason : '')
  return verdict.reading
}

const members = async (url: string) =>
  [...(await see(url)).body.matchAll(/name="member" value="(\w+)">[^<]+<span>([^,<]+)/g)].map(([, id = '', email]) => ({
    id,
    email,
  }))

test('each person on the page of Acme is answered for, to whom has asked and about what', async () => {
  const all = await members(sso())
  assert.equal(all.length, 3)
  for (const { id, email } of all) {
    const { body } = await choose(sso(), id)
    assert.match(body, new RegExp(`action="${ACS}"`))
    const { SAMLResponse, ...others } = fieldsOf(body)
    assert.deepEqual(others, { RelayState: 'r&#38;&#34;1' })
    const { nameId, attributes, inResponseTo } = await judge(SAMLResponse)
    assert.deepEqual([nameId.value, attributes.get('email'), inResponseTo], [email, [email], REQUEST])
  }
})

test('of two connections to it the one that asked is answered', async () => {
  const { body } = await choose(sso({ entityId: OTHER }), 'mary')
  assert.match(body, new RegExp(`action="${OTHER}/acs"`))
  assert.equal((await choose(sso({ entityId: `${SP}3` }), 'mary')).statusCode, 400)
})

test('its tile answers without having been asked', async () => {
  assert.deepEqual(await members(ACME_PATH), await members(sso()))
  const fields = fieldsOf((await choose(ACME_PATH, 'mary')).body)
  assert.deepEqual(Object.keys(fields), ['SAMLResponse'])
  assert.equal((await judge(fields.SAMLResponse, true)).inResponseTo, undefined)
})

test('it answers nobody else, and for nobody else', async () => {
  const tampered = sso().replace('RelayState=r', 'RelayState=s')
  const other = sso({ privateKey: keyOf('stranger') })
  for (const url of [`${ACME_PATH}sso`, tampered, other, sso().replace('%3D', '%'), sso().replace('sha256', 'sha1')]) {
    assert.equal((await see(url)).statusCode, 400, url)
    assert.equal((await choose(url, 'mary')).statusCode, 400, url)
  }
  for (const url of [sso(), ACME_PATH]) assert.equal((await choose(url, 'eve')).statusCode, 400)
  const known = connections.splice(0)
  assert.equal((await choose(ACME_PATH, 'mary')).statusCode, 400)
  connections.push(...known)
})

test('its pages run nothing inline, and lead to the demo alone', async () => {
  for (const page of [await see(ACME_PATH), await see(sso()), await choose(sso(), 'mary')]) {
    assert.match(
      String(page.headers['content-security-policy']),
      /^default-src 'none'; .*form-action http:\/\/127\.0\.0\.1:\d+ /,
    )
    assert.doesNotMatch(page.body, /<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|<!-- |\{\{/)
  }
})
