import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertDenied } from '../../../test/house/management.ts'
import { withConnection } from '../../../test/house/saml-connections.ts'
import { stages } from '../../../test/house/stages.ts'
import { beginSamlLogin } from '../../core/saml-connections/begin.ts'
import { readSamlConnection } from '../../core/saml-connections/connection.ts'
import { findSamlConnection } from '../../core/saml-connections/store.ts'

interface Key {
  readonly generation: number
  readonly state: string
  readonly certificate: string
}

/** By which of the keys a request is signed. SAML Bindings §3.4.4.1. */
function signedBy(url: string, keys: readonly Key[]): number | undefined {
  const [, query = '', signature = ''] = /(SAMLRequest=.*)&Signature=(.*)$/.exec(url) ?? []
  const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
  return keys.find((key) => verify('sha256', Buffer.from(query), createPublicKey(key.certificate), bytes))?.generation
}

for (const { engine, w } of await stages()) {
  const keysOf = async (app: TestApp): Promise<Key[]> => (await app.manage('/saml_keys')).body.saml_keys
  const announce = (app: TestApp) => app.manage('/saml_keys/announce', { method: 'POST' })
  const switchOver = (app: TestApp) => app.manage('/saml_keys/switch', { method: 'POST' })

  test(`${engine}: the next key is announced in the metadata, signs once it is switched to, and leaves the old one behind`, async () => {
    const { app, connection } = await withConnection(w)
    /** Which keys the metadata names, which signs, and how they are. */
    const standing = async () => {
      const keys = await keysOf(app)
      const text = String((await app.manage(`/config/login/saml/okta/${connection.id}/metadata`)).body)
      const isNamed = ({ certificate }: Key) => text.includes(certificate.replace(/-----[A-Z ]+-----|\s/g, ''))
      const row = (await findSamlConnection(w.deps.db, app.id, connection.id)) ?? assert.fail('it is gone')
      const start = { redirectUri: 'https://www.shop.example/cb', codeChallenge: 'x', dispatchId: undefined }
      const url = await beginSamlLogin(w.deps, app.id, readSamlConnection(row), start)
      const named = keys.filter(isNamed).map(({ generation }) => generation)
      return [named, signedBy(url, keys), keys.map(({ state }) => state)]
    }
    assert.deepEqual(await standing(), [[1], 1, ['signs']])
    assertDenied(await switchOver(app), 'no_saml_key_announced', 'conflict')
    const { saml_key } = (await announce(app)).body
    assert.deepEqual([saml_key.generation, saml_key.state], [2, 'announced'])
    assert.deepEqual(await standing(), [[1, 2], 1, ['signs', 'announced']])
    assertDenied(await announce(app), 'saml_key_announced', 'conflict')
    w.advance(1_000)
    assert.equal((await switchOver(app)).body.saml_key.state, 'signs')
    assert.deepEqual(await standing(), [[2], 2, ['over', 'signs']])
    assertDenied(await switchOver(app), 'no_saml_key_announced', 'conflict')
    const { sp } = (await app.manage(`/config/login/saml/okta/${connection.id}`)).body.connection
    assert.equal(sp.signing_certificate.trim(), saml_key.certificate.trim())
    const { entries } = (await app.manage('/audit')).body
    assert.deepEqual(
      entries.slice(0, 2).map((one: { operation: string; target: object }) => [one.operation, one.target]),
      [
        ['switchSAMLKey', { generation: '2' }],
        ['announceSAMLKey', { generation: '2' }],
      ],
    )
  })

  test(`${engine}: keys are those of one application, and no private one is shown`, async () => {
    const { app } = await withConnection(w)
    const other = await application(w)
    assert.deepEqual(await keysOf(other), [])
    await announce(app)
    assertDenied(await switchOver(other), 'no_saml_key_announced', 'conflict')
    assert.doesNotMatch(JSON.stringify(await keysOf(app)), /PRIVATE|sealed/)
  })
}
