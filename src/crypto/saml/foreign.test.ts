import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { certificateOf, IDP, judged, REQUEST, TERMS } from '../../../test/house/saml.ts'
import captures from '../../../test/vectors/saml/foreign/captures.json' with { type: 'json' }
import { readIdpMetadata } from './idp-metadata.ts'

/** What identity providers that others wrote have sent to `TERMS`, by their versions and what they signed, each at its time: scripts/foreign-saml/capture.ts. */
const folder = join(import.meta.dirname, '../../../test/vectors/saml/foreign')
const MINUTE_MS = 60_000

/** What of a response its signatures are of. */
function signedIn(xml: string): string {
  const [response] = /\bID="[^"]*"/.exec(xml) ?? []
  const references = Array.from(xml.matchAll(/Reference URI="#([^"]*)"/g), ([, id]) => `ID="${id}"`)
  if (references.length === 2) return 'both'
  return references[0] === response ? 'response' : 'assertion'
}

for (const [name, { at, isAsked }] of Object.entries(captures)) {
  test(`what ${name} sent is accepted`, async () => {
    const xml = readFileSync(join(folder, `${name}.xml`))
    const [, signed] = /(assertion|response|both)(-unasked)?$/.exec(name) ?? []
    assert.equal(signedIn(xml.toString()), signed)
    const now = Date.parse(at)
    const verdict = await judged(xml, { now, allowsIdpInitiated: !isAsked })
    assert.ok(verdict.kind === 'accepted', JSON.stringify(verdict))
    assert.equal(verdict.reading.nameId.value, 'ada@example.com')
    assert.equal(verdict.reading.inResponseTo, isAsked ? REQUEST : undefined)
    const later = await judged(xml, { now: now + 12 * MINUTE_MS, allowsIdpInitiated: true })
    assert.equal(later.kind, 'refused')
    const stranger = await judged(xml, { now, idp: { ...TERMS.idp, certificates: [certificateOf('stranger')] } })
    assert.ok(stranger.kind === 'refused' && stranger.check === 'signature')
  })
}

for (const file of globSync('*-metadata.xml', { cwd: folder })) {
  test(`${file} is read`, async () => {
    const outcome = await readIdpMetadata(readFileSync(join(folder, file)), TERMS.now)
    assert.ok(outcome.kind === 'idp')
    assert.equal(outcome.idp.entityId, IDP)
    assert.equal(new URL(outcome.idp.ssoUrl).origin, new URL(IDP).origin)
    assert.equal(outcome.idp.certificates[0]?.pem.trim(), certificateOf('idp').trim())
  })
}

test('no capture is left out', () => {
  const names = globSync('*.xml', { cwd: folder }).map((file) => file.replace('.xml', ''))
  const kept = names.filter((name) => !name.endsWith('metadata'))
  assert.deepEqual(kept.sort(), Object.keys(captures).sort())
})
