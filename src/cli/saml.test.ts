import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { application } from '../../test/builders.ts'
import { certificateOf, keyOf } from '../../test/house/saml.ts'
import { withConnection } from '../../test/house/saml-connections.ts'
import { stages } from '../../test/house/stages.ts'
import { beginSamlLogin } from '../core/saml-connections/begin.ts'
import { readSamlConnection } from '../core/saml-connections/connection.ts'
import { findSamlConnection } from '../core/saml-connections/store.ts'
import type { Outcome } from './outcome.ts'
import { announceKey, listKeysOfSaml, switchKey } from './saml.ts'

const next = async () => ({ key: keyOf('next'), cert: certificateOf('next') })
const jsonOf = (outcome: Outcome) => {
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  return (outcome as Extract<Outcome, { kind: 'done' }>).json
}

/** By which of our keys a request is signed. SAML Bindings §3.4.4.1. */
function signedBy(url: string): 'sp' | 'next' | undefined {
  const [, query = '', signature = ''] = /(SAMLRequest=.*)&Signature=(.*)$/.exec(url) ?? []
  const bytes = Buffer.from(decodeURIComponent(signature), 'base64')
  const keys = ['sp', 'next'] as const
  return keys.find((key) => verify('sha256', Buffer.from(query), createPublicKey(certificateOf(key)), bytes))
}

for (const { engine, w } of await stages()) {
  test(`${engine}: the next key is announced in the metadata, signs once it is switched to, and leaves the old one behind`, async () => {
    const { app, connection } = await withConnection(w)
    const metadata = async () => String((await app.manage(`/config/login/saml/okta/${connection.id}/metadata`)).body)
    const named = async () => {
      const text = await metadata()
      const isNamed = (key: 'sp' | 'next') => text.includes(certificateOf(key).replace(/-----[A-Z ]+-----|\s/g, ''))
      return (['sp', 'next'] as const).filter(isNamed)
    }
    const states = async () =>
      (jsonOf(await listKeysOfSaml(w.deps, app.id)) as { state: string }[]).map(({ state }) => state)
    const signer = async () => {
      const row = (await findSamlConnection(w.deps.db, app.id, connection.id)) ?? assert.fail('it is gone')
      const start = { redirectUri: 'https://www.shop.example/cb', codeChallenge: 'x', dispatchId: undefined }
      const url = await beginSamlLogin(w.deps, app.id, readSamlConnection(row), start)
      return signedBy(url)
    }
    assert.deepEqual([await named(), await states(), await signer()], [['sp'], ['signs'], 'sp'])
    assert.equal((await switchKey(w.deps, app.id)).kind, 'refused')
    assert.equal((await announceKey(w.deps, app.id, next)).kind, 'done')
    assert.deepEqual([await named(), await states(), await signer()], [['sp', 'next'], ['signs', 'announced'], 'sp'])
    assert.equal((await announceKey(w.deps, app.id, next)).kind, 'refused')
    w.advance(1_000)
    assert.equal((await switchKey(w.deps, app.id)).kind, 'done')
    assert.deepEqual([await named(), await states(), await signer()], [['next'], ['over', 'signs'], 'next'])
    assert.equal((await switchKey(w.deps, app.id)).kind, 'refused')
    const { sp } = (await app.manage(`/config/login/saml/okta/${connection.id}`)).body.connection
    assert.equal(sp.signing_certificate.trim(), certificateOf('next').trim())
    const { entries } = (await app.manage('/audit?actor=cli')).body
    assert.deepEqual(
      entries.map(({ operation, target }: { operation: string; target: object }) => [operation, target]),
      [
        ['switchSAMLKey', { generation: '2' }],
        ['announceSAMLKey', { generation: '2' }],
      ],
    )
  })

  test(`${engine}: keys are those of one application`, async () => {
    const { app } = await withConnection(w)
    const other = await application(w)
    assert.deepEqual(jsonOf(await listKeysOfSaml(w.deps, other.id)), [])
    await announceKey(w.deps, app.id, next)
    assert.equal((await switchKey(w.deps, other.id)).kind, 'refused')
    for (const command of [listKeysOfSaml, announceKey, switchKey])
      assert.equal((await command(w.deps, 'nobody')).kind, 'refused')
  })
}
