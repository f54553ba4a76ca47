import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, withConnection } from '../../../test/house/saml-connections.ts'
import { stages } from '../../../test/house/stages.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { findEnforcedConnection, resolveConnection } from './resolve.ts'

const mail = (value: string): Identifier => ({ type: 'email_address', value })
const ADA = mail('ada@acme.example')

for (const { engine, w } of await stages()) {
  test(`${engine}: an address is of the one enabled connection that names its domain, exactly`, async () => {
    const { app, connection } = await withConnection(w)
    const idOf = async (identifier: Identifier, appId = app.id) =>
      (await resolveConnection(w.deps.db, appId, identifier))?.id
    assert.equal(await idOf(ADA), connection.id)
    for (const value of ['ada@eu.acme.example', 'ada@acme.example.com', 'acme.example@home.example'])
      assert.equal(await idOf(mail(value)), undefined, value)
    assert.equal(await idOf({ type: 'phone_number', value: ADA.value }), undefined)
    const elsewhere = await withConnection(w, { behavior: { email_domain_allowlist: [] } })
    assert.equal(await idOf(ADA, elsewhere.app.id), undefined)
    await connection.set({ enabled: false })
    assert.equal(await idOf(ADA), undefined)
  })

  test(`${engine}: an address that two connections name is nobody's, until one of them goes or is switched off`, async () => {
    const { app, connection } = await withConnection(w, { behavior: { enforce_login: true } })
    const enforcedId = async () => (await findEnforcedConnection(w.deps.db, app.id, ADA))?.id
    const other = await connect(w, app)
    assert.equal(await enforcedId(), undefined)
    await other.set({ enabled: false })
    assert.equal(await enforcedId(), connection.id)
    await other.set({ enabled: true })
    await connection.remove()
    assert.equal(await enforcedId(), undefined)
    assert.equal((await resolveConnection(w.deps.db, app.id, ADA))?.id, other.id)
  })
}
