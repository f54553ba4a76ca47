import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsOf } from '../../../test/house/legacy.ts'
import { REDIRECT_URI, withConnection } from '../../../test/house/saml-connections.ts'
import { ADA, type Change } from '../../../test/house/saml-idp.ts'
import { stages } from '../../../test/house/stages.ts'

const HOUR_MS = 3_600_000

for (const { engine, w } of await stages()) {
  test(`${engine}: a dry run says check by check what a response would meet, and of whom it speaks`, async () => {
    const { app, connection } = await withConnection(w, {
      behavior: { default_redirect_uri: REDIRECT_URI },
      mapping: { groups: 'groups' },
    })
    const path = `/config/login/saml/okta/${connection.id}`
    const { sp } = (await app.manage(path)).body.connection
    const before = await rowsOf(w, app)
    const run = async (change: Change = {}, edit = (text: string) => text) => {
      const { SAMLResponse } = connection.idp.click(sp, ADA, change).fields
      const { status, body } = await app.manage(`${path}/test`, { body: { saml_response: edit(SAMLResponse) } })
      assert.equal(status, 200, JSON.stringify(body))
      const by = (result: string) =>
        body.checks.flatMap((check: { name: string; result: string }) => (check.result === result ? [check.name] : []))
      return { ...body, refused: by('refused'), late: by('late'), unreached: by('not_reached').length }
    }

    const good = await run()
    assert.deepEqual(
      [good.outcome, good.refused, good.late, good.unreached, good.uses_sha1],
      ['accepted', [], [], 0, false],
    )
    assert.deepEqual(good.person, {
      name_id: ADA.nameId,
      name_id_format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      email: ADA.email,
      email_domain_allowed: true,
      profile: { given_name: 'Ada', family_name: 'Lovelace' },
      groups: ['staff'],
      attributes: { email: [ADA.email], firstName: ['Ada'], lastName: ['Lovelace'], groups: ['staff'] },
    })
    assert.equal((await run()).outcome, 'accepted')

    const late = await run({ login: { now: w.deps.now() - HOUR_MS } })
    assert.deepEqual([late.outcome, late.refused, late.late], ['late', [], ['confirmation', 'conditions', 'age']])
    assert.deepEqual(late.person, good.person)

    const wrong = await run({ login: { now: w.deps.now() - HOUR_MS, entityId: `${sp.entity_id}x` } })
    assert.deepEqual([wrong.outcome, wrong.refused], ['refused', ['audience']])
    assert.ok(wrong.late.includes('age'))
    assert.ok(wrong.checks.find(({ name }: { name: string }) => name === 'audience').reason)

    const others = await run({ edit: (xml) => xml.replaceAll('@acme.example', '@other.example') })
    assert.deepEqual([others.outcome, others.refused], ['refused', ['email_domain']])
    assert.deepEqual([others.person.email, others.person.email_domain_allowed], ['ada@other.example', false])

    const forged = await run({ key: 'stranger' })
    assert.deepEqual([forged.outcome, forged.refused, forged.person], ['refused', ['signature'], undefined])
    assert.ok(forged.unreached > 5)
    assert.deepEqual((await run({}, () => 'no base64')).refused, ['base64'])
    const huge = await app.manage(`${path}/test`, { body: { saml_response: 'A'.repeat(256 * 1024) } })
    assert.deepEqual([huge.status, huge.body.code], [400, 'invalid_request'])
    assert.deepEqual(await rowsOf(w, app), before)
  })

  test(`${engine}: a response that nobody asked for is refused where there is no place to return to`, async () => {
    const { app, connection } = await withConnection(w)
    const path = `/config/login/saml/okta/${connection.id}`
    const { sp } = (await app.manage(path)).body.connection
    const { SAMLResponse } = connection.idp.click(sp, ADA).fields
    const { body } = await app.manage(`${path}/test`, { body: { saml_response: SAMLResponse } })
    const refused = body.checks.filter(({ result }: { result: string }) => result === 'refused')
    assert.deepEqual(
      refused.map(({ name }: { name: string }) => name),
      ['in_response_to'],
    )
  })
}
