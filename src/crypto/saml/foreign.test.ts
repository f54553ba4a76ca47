import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { certificateOf, IDP, judged, TERMS } from '../../../test/house/saml.ts'
import captures from '../../../test/vectors/saml/foreign/captures.json' with { type: 'json' }
import { readIdpMetadata } from './idp-metadata.ts'

/** What identity providers that others wrote have sent to `TERMS`, by their versions and what they signed, each at its time. */
const folder = join(import.meta.dirname, '../../../test/vectors/saml/foreign')
const MINUTE_MS = 60_000

for (const [name, { at, expected }] of Object.entries(captures)) {
  test(`what ${name} sent is ${expected === 'accepted' ? 'accepted' : `refused for its ${expected}`}`, async () => {
    const xml = readFileSync(join(folder, `${name}.xml`))
    const now = Date.parse(at)
    // lasso’s were not asked for.
    const verdict = await judged(xml, { now, allowsIdpInitiated: name.startsWith('lasso') })
    assert.equal(verdict.kind === 'accepted' ? 'accepted' : verdict.check, expected)
    if (verdict.kind === 'accepted') assert.equal(verdict.reading.nameId.value, 'ada@example.com')
    const later = await judged(xml, { now: now + 12 * MINUTE_MS, allowsIdpInitiated: true })
    assert.equal(later.kind, 'refused')
    const stranger = await judged(xml, { now, idp: { ...TERMS.idp, certificates: [certificateOf('stranger')] } })
    assert.ok(stranger.kind === 'refused' && stranger.check === 'signature')
  })
}

test('metadata that pysaml2 wrote is read', async () => {
  const outcome = await readIdpMetadata(readFileSync(join(folder, 'pysaml2-7.0.1-metadata.xml')), TERMS.now)
  assert.ok(outcome.kind === 'idp')
  assert.equal(outcome.idp.entityId, IDP)
  assert.equal(outcome.idp.ssoUrl, new URL('/sso', IDP).href)
})
