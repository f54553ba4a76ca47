import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { REDIRECT_URI } from '../../../test/house/oauth.ts'
import { certificateOf, type Key } from '../../../test/house/saml.ts'
import { COMPANY, connect, keySaml } from '../../../test/house/saml-connections.ts'
import { samlIdp } from '../../../test/house/saml-idp.ts'
import { stages } from '../../../test/house/stages.ts'
import { type World, world } from '../../../test/world.ts'
import type { OutboundOutcome } from '../../platform/safe-fetch.ts'

const CONFIG = '/config/login/saml'

/** An application, and an identity provider that publishes its metadata. */
async function company(w: World) {
  const app = await application(w, { redirectUris: [REDIRECT_URI] })
  await keySaml(w, app)
  const idp = samlIdp(w.deps.now)
  w.fakeNetwork(idp.serve)
  return { app, idp, parts: { name: 'Acme', idp: idp.parts() } }
}

const pem = (key: Key) => `${certificateOf(key)}\n`

const make = (app: TestApp, body: object, provider = 'okta') => app.manage(`${CONFIG}/${provider}`, { body })

async function made(app: TestApp, body: object) {
  const answer = await make(app, body)
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const { connection } = answer.body
  const path = `${CONFIG}/${connection.provider_id}/${connection.id}`
  const put = (change: object) => app.manage(path, { method: 'PUT', body: change })
  return { connection, path, put }
}

const answered = async (status: number, body: string): Promise<OutboundOutcome> => ({
  kind: 'answered',
  status,
  headers: {},
  body: Buffer.from(body),
})

for (const { engine, w } of await stages()) {
  test(`${engine}: a connection is made of parts, read, listed and deleted`, async () => {
    const { app, idp, parts } = await company(w)
    const { connection, path } = await made(app, parts)
    const entityId = `${app.origin}/v1/session/login/saml/okta/${connection.id}`
    const { certificate_details: details, ...known } = connection.idp
    assert.deepEqual(known, { ...idp.parts(), certificates: [pem('idp')] })
    assert.deepEqual(
      details.map(({ source }: { source: string }) => source),
      ['operator'],
    )
    const { signing_certificate, ...sp } = connection.sp
    assert.match(signing_certificate, /^-----BEGIN CERTIFICATE-----/)
    assert.deepEqual(sp, {
      entity_id: entityId,
      acs_url: `${entityId}/acs`,
      slo_url: null,
      metadata_url: `${entityId}/metadata`,
    })
    assert.deepEqual(connection.behavior, {
      jit_provisioning: false,
      allow_email_account_merge: false,
      email_domain_allowlist: [],
      enforce_login: false,
      allow_sha1: false,
      allowed_groups: [],
    })
    assert.deepEqual(
      [connection.provider_id, connection.name, connection.enabled, connection.mapping, connection.warnings],
      ['okta', 'Acme', true, { custom: {} }, []],
    )
    assert.deepEqual((await app.manage(path)).body, { connection })
    assert.deepEqual((await app.manage(CONFIG)).body, { connections: [connection] })
    assert.equal((await app.manage(path.replace('okta', 'google'))).status, 404)
    assert.equal((await app.manage(path, { method: 'DELETE' })).status, 204)
    for (const method of ['GET', 'DELETE']) assert.equal((await app.manage(path, { method })).status, 404)
    assert.equal((await app.manage(path, { method: 'PUT', body: {} })).status, 404)
    assert.deepEqual((await app.manage(CONFIG)).body, { connections: [] })
  })

  test(`${engine}: metadata is taken by its address, as XML, and as that in base64`, async () => {
    const { app, idp } = await company(w)
    const xml = idp.metadata()
    for (const [source, from] of [
      [{ idp_metadata_url: idp.metadataUrl }, 'metadata'],
      [{ idp_metadata_xml: xml }, 'operator'],
      [{ idp_metadata_xml: Buffer.from(xml).toString('base64') }, 'operator'],
    ] as const) {
      const { connection } = await made(app, { name: 'Acme', ...source })
      assert.equal(connection.idp.entity_id, idp.entityId)
      assert.equal(connection.idp.sso_url, idp.ssoUrl)
      assert.equal(connection.idp.certificate_details[0].source, from)
      assert.equal(connection.metadata_url, from === 'metadata' ? idp.metadataUrl : undefined)
      assert.equal(connection.refreshed_at, from === 'metadata' ? connection.created_at : undefined)
    }
  })

  test(`${engine}: what a change does not name stays, and null takes out`, async () => {
    const { app, idp, parts } = await company(w)
    const behavior = {
      jit_provisioning: true,
      email_domain_allowlist: ['ACME.example'],
      default_redirect_uri: REDIRECT_URI,
    }
    const mapping = { first_name: 'gn', last_name: 'sn', custom: { phone: 'tel', title: 'title' } }
    const { connection, path, put } = await made(app, { ...parts, behavior, mapping })
    w.advance(1_000)
    const answer = await put({
      name: 'Acme Ltd',
      behavior: { enforce_login: true, default_redirect_uri: null },
      mapping: { last_name: null, groups: 'memberOf', custom: { phone: null, site: 'l' } },
    })
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    const { default_redirect_uri: _, ...kept } = connection.behavior
    assert.deepEqual(answer.body.connection, {
      ...connection,
      name: 'Acme Ltd',
      behavior: { ...kept, email_domain_allowlist: [COMPANY], enforce_login: true },
      mapping: { given_name: 'gn', groups: 'memberOf', custom: { title: 'title', site: 'l' } },
      updated_at: answer.body.connection.updated_at,
    })
    assert.notEqual(answer.body.connection.updated_at, connection.updated_at)
    assert.deepEqual((await put(answer.body.connection)).body, answer.body)
    assert.deepEqual((await put({})).body.connection, answer.body.connection)
    const emptied = await put({ behavior: { email_domain_allowlist: null }, idp: { sso_url: `${idp.ssoUrl}?org=1` } })
    assert.deepEqual(emptied.body.connection.behavior.email_domain_allowlist, [])
    assert.equal(emptied.body.connection.idp.sso_url, `${idp.ssoUrl}?org=1`)
    assert.deepEqual(emptied.body.connection.idp.certificates, connection.idp.certificates)
    assert.deepEqual((await app.manage(path)).body, emptied.body)
  })

  test(`${engine}: a connection keeps its identity provider, and a new source replaces its certificates`, async () => {
    const { app, idp, parts } = await company(w)
    const { connection, put } = await made(app, parts)
    const other = samlIdp(w.deps.now, 'idp.other.example')
    w.fakeNetwork((request) => idp.serve(request) ?? other.serve(request))
    for (const [change, place] of [
      [{ idp: other.parts() }, 'body.idp.entity_id'],
      [{ idp_metadata_xml: other.metadata() }, 'body.idp_metadata_xml'],
      [{ idp_metadata_url: other.metadataUrl }, 'body.idp_metadata_url'],
    ] as const) {
      const { status, body } = await put(change)
      assert.equal(status, 400)
      assert.match(body.message, new RegExp(`^${place}: .*delete it, and create another one$`))
    }
    idp.keys = ['next']
    const byUrl = (await put({ idp_metadata_url: idp.metadataUrl })).body.connection
    assert.deepEqual(byUrl.idp.certificates, [pem('next')])
    assert.equal(byUrl.metadata_url, idp.metadataUrl)
    const added = (await put({ idp: { certificates: [...byUrl.idp.certificates, ...connection.idp.certificates] } }))
      .body
    assert.deepEqual(
      added.connection.idp.certificate_details.map(({ source }: { source: string }) => source),
      ['metadata', 'operator'],
    )
    assert.equal(added.connection.metadata_url, idp.metadataUrl)
    const alone = (await put({ idp_metadata_url: null })).body.connection
    assert.deepEqual([alone.metadata_url, alone.refreshed_at], [undefined, undefined])
    assert.deepEqual(alone.idp.certificates, added.connection.idp.certificates)
    idp.keys = ['idp']
    const pasted = (await put({ idp_metadata_xml: idp.metadata() })).body.connection
    assert.deepEqual(pasted.idp.certificates, [pem('idp')])
    await put({ idp_metadata_url: idp.metadataUrl })
    const typed = (await put({ idp_metadata_xml: idp.metadata() })).body.connection
    assert.deepEqual([typed.metadata_url, typed.refreshed_at], [undefined, undefined])
  })

  test(`${engine}: our metadata names the connection and the key that signs`, async () => {
    const { app, parts } = await company(w)
    const { connection, path } = await made(app, parts)
    const { status, headers, body } = await app.manage(`${path}/metadata`)
    assert.deepEqual([status, headers.get('content-type')], [200, 'application/samlmetadata+xml'])
    assert.ok(body.includes(`entityID="${connection.sp.entity_id}"`))
    assert.ok(body.includes(`Location="${connection.sp.acs_url}"`))
    assert.ok(body.includes(connection.sp.signing_certificate.replace(/-----[A-Z ]+-----|\s/g, '')))
    assert.equal((await app.manage(`${CONFIG}/okta/samlc_x/metadata`)).status, 404)
  })

  test(`${engine}: an origin that an application gets later does not move a connection`, async () => {
    const { app, parts } = await company(w)
    const { connection, path } = await made(app, parts)
    const moved = await app.operate('', { method: 'PATCH', body: { public_origins: ['https://auth.shop.example'] } })
    assert.equal(moved.status, 200, JSON.stringify(moved.body))
    assert.deepEqual((await app.manage(path)).body.connection.sp, connection.sp)
    const later = await made(app, parts)
    assert.ok(later.connection.sp.entity_id.startsWith('https://auth.shop.example/v1/'))
  })

  test(`${engine}: an operator is told what a connection does not do, and which domains two of them name`, async () => {
    const { app, parts } = await company(w)
    const behavior = { enforce_login: true, allow_sha1: true }
    const first = await made(app, { ...parts, behavior })
    const codes = async () =>
      (await app.manage(first.path)).body.connection.warnings.map(({ code }: { code: string }) => code)
    assert.deepEqual(await codes(), ['enforce_login_inert', 'sha1_allowed'])
    await first.put({ behavior: { email_domain_allowlist: ['acme.example'], allow_sha1: false } })
    const second = await made(app, { ...parts, behavior: { email_domain_allowlist: ['acme.example', 'b.example'] } })
    assert.deepEqual(await codes(), ['domain_named_twice'])
    assert.equal(second.connection.warnings.length, 1)
    await second.put({ enabled: false })
    assert.deepEqual(await codes(), [])
  })

  test(`${engine}: an application has a hundred connections at most`, async () => {
    const { app, parts } = await company(w)
    for (let i = 0; i < 99; i++) await connect(w, app, { behavior: { email_domain_allowlist: [] } })
    await made(app, parts)
    const more = await make(app, parts)
    assert.deepEqual([more.status, more.body.code], [409, 'too_many_saml_connections'])
  })

  test(`${engine}: of two who change one connection at once, one is told to read it again`, async () => {
    const { app, idp, parts } = await company(w)
    const { put, path } = await made(app, parts)
    const both = Promise.withResolvers<void>()
    let asked = 0
    w.fakeNetwork(async (request) => {
      if (++asked === 2) both.resolve()
      await both.promise
      return (await idp.serve(request)) ?? { kind: 'failed', reason: 'network' }
    })
    const change = (name: string) => put({ name, idp_metadata_url: idp.metadataUrl })
    const answers = await Promise.all([change('one'), change('two')])
    const codes = answers.map(({ status, body }) => body.code ?? status)
    assert.deepEqual(codes.toSorted(), [200, 'saml_connection_changed'].toSorted())
    const won = answers.find(({ status }) => status === 200)
    assert.deepEqual((await app.manage(path)).body, won?.body)
  })

  test(`${engine}: another application’s connection is not there`, async () => {
    const { app, parts } = await company(w)
    const { path } = await made(app, parts)
    const other = await application(w)
    for (const where of [path, `${path}/metadata`]) assert.equal((await other.manage(where)).status, 404)
    assert.equal((await other.manage(path, { method: 'DELETE' })).status, 404)
    assert.equal((await app.manage(path)).status, 200)
  })
}

const AGGREGATE = '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>'

const w = await world('sqlite')
const { app, idp, parts } = await company(w)

/** What is refused when it is made, and where. */
const REFUSED: readonly (readonly [string, object, RegExp])[] = [
  ['no name', { name: '' }, /^body\.name: /],
  ['no source', { idp: undefined }, /^body: needs one of/],
  ['two sources', { idp_metadata_xml: idp.metadata() }, /^body: has more than one of/],
  ['no certificate', { idp: { ...idp.parts(), certificates: [] } }, /^body\.idp\.certificates/],
  ['a certificate that is none', { idp: { ...idp.parts(), certificates: ['x'] } }, /^body\.idp: certificate 1 is not/],
  ['an address by http', { idp: { ...idp.parts(), sso_url: 'http://idp.acme.example' } }, /^body\.idp: .*no https URL/],
  ['an address of a script', { idp: { ...idp.parts(), slo_url: 'javascript:alert(1)' } }, /^body\.idp: .*log out/],
  ['XML of something else', { idp: undefined, idp_metadata_xml: '<a/>' }, /^body\.idp_metadata_xml: the metadata/],
  ['a public suffix', { behavior: { email_domain_allowlist: ['a.example', 'co.uk'] } }, /allowlist\[1\]: is a suffix/],
  ['a domain that is none', { behavior: { email_domain_allowlist: ['a b'] } }, /allowlist\[0\]: is no domain/],
  ['a place that is not listed', { behavior: { default_redirect_uri: 'https://x.example/' } }, /is not on the list/],
  ['two words for one name', { mapping: { given_name: 'a', first_name: 'b' } }, /^body\.mapping\.first_name: /],
  ['a name as a member of one’s own', { mapping: { custom: { given_name: 'a' } } }, /custom\.given_name: /],
  ['a member without a name', { mapping: { custom: { '': 'a' } } }, /^body\.mapping\.custom/],
  ['a switch that is a text', { behavior: { enforce_login: 'yes' } }, /^body\.behavior\.enforce_login/],
]
for (const [name, change, reason] of REFUSED) {
  test(`${name} is refused when it is made`, async () => {
    const { status, body } = await make(app, { ...parts, ...change })
    assert.deepEqual([status, body.code], [400, 'invalid_request'], JSON.stringify(body))
    assert.match(body.message, reason)
    assert.deepEqual((await app.manage(CONFIG)).body.connections, [])
  })
}

/** Why metadata is not taken, in words of ours alone. */
const UNREADABLE: readonly (readonly [string, OutboundOutcome | Promise<OutboundOutcome>, RegExp])[] = [
  ['by http', { kind: 'failed', reason: 'bad_url' }, /is no https URL$/],
  ['at a private address', { kind: 'failed', reason: 'private_address' }, /is at a private address$/],
  ['that does not come', { kind: 'failed', reason: 'timeout' }, /within ten seconds$/],
  ['that is too large', { kind: 'failed', reason: 'too_large' }, /more than 512 KiB$/],
  ['that nobody serves', { kind: 'failed', reason: 'network' }, /cannot be reached$/],
  ['behind a redirect', answered(302, 'elsewhere'), /answers with status 302, and no metadata$/],
  ['that is a page', answered(200, '<elsewhere>secret</elsewhere>'), /cannot be used: /],
  ['of an aggregate', answered(200, AGGREGATE), /is not that of one entity$/],
  [
    'that is over',
    answered(200, idp.metadata().replace('entityID', 'validUntil="2020-01-01T00:00:00Z" entityID')),
    /is over$/,
  ],
]
for (const [name, outcome, reason] of UNREADABLE) {
  test(`metadata ${name} is not taken, and it is said why`, async () => {
    w.fakeNetwork(() => Promise.resolve(outcome))
    const { status, body } = await make(app, { name: 'Acme', idp_metadata_url: idp.metadataUrl })
    assert.deepEqual([status, body.code], [400, 'invalid_request'])
    assert.match(body.message, /^body\.idp_metadata_url: /)
    assert.match(body.message, reason)
    assert.ok(!body.message.includes('elsewhere'))
    assert.deepEqual((await app.manage(CONFIG)).body.connections, [])
  })
}
