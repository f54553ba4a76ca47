import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { type CertificateTerms, issue } from '../../test/house/certificates.ts'
import { isRoot, provesModel, type Statement } from './attestation.ts'

const NOW = Date.UTC(2026, 0, 2)
const DAY = 86_400_000
const AAGUID = '01020304-0506-0708-0102-030405060708'
const times = { from: NOW - DAY, until: NOW + DAY }
const rootOf = (change: Partial<CertificateTerms> = {}) =>
  issue({ name: 'Root', unit: 'Authority', isAuthority: true, ...times, ...change })
const root = rootOf()
const between = issue({ name: 'Between', unit: 'Authority', isAuthority: true, ...times }, root)
const OTHER_AAGUID = '11020304-0506-0708-0102-030405060708'
const LEAF = { name: 'Key', aaguids: [AAGUID], ...times }
const leaf = issue(LEAF, between)
const signed = { authenticatorData: Buffer.from('data'), clientDataHash: Buffer.alloc(32, 1) }

/** The statement of an authenticator with a certificate, good but for what is changed. */
function statementOf(
  chain: readonly { raw: Buffer }[],
  key: Parameters<typeof sign>[2],
  change: Readonly<Record<string, unknown>> = {},
): Statement {
  const sig = sign('sha256', Buffer.concat([signed.authenticatorData, signed.clientDataHash]), key)
  const members = { alg: -7, sig, x5c: chain.map(({ raw }) => raw), ...change }
  const aaguid = Buffer.from(AAGUID.replaceAll('-', ''), 'hex')
  return { ...signed, format: 'packed', statement: new Map(Object.entries(members)), aaguid }
}

const good = statementOf([leaf, between], leaf.privateKey)
const rightly = (change: Partial<CertificateTerms>, by = between) => {
  const one = issue({ ...LEAF, ...change }, by)
  return statementOf([one, between], one.privateKey)
}
const stranger = rootOf({ name: 'Stranger' })
const namesake = rootOf()
const byLeaf = issue({ ...LEAF, name: 'Forged' }, leaf)
const late = issue({ name: 'Late', isAuthority: true, from: NOW - 2 * DAY, until: NOW - DAY }, root)
const underLate = issue(LEAF, late)
const modelless = issue({ name: 'Key', ...times }, between)
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

test('a statement proves a model by certificates that lead to a root, with it or without', () => {
  assert.equal(provesModel(good, [root.pem], NOW), true)
  assert.equal(provesModel(good, [stranger.pem, root.pem], NOW), true)
  assert.equal(provesModel(statementOf([leaf, between, root], leaf.privateKey), [root.pem], NOW), true)
  assert.equal(provesModel(good, [between.pem], NOW), true)
  assert.equal(
    provesModel(statementOf([leaf, between, root, root, root, root], leaf.privateKey), [root.pem], NOW),
    true,
  )
  assert.equal(provesModel(statementOf([leaf], leaf.privateKey), [leaf.pem], NOW), true)
})

test('no key of a certificate is used before a root vouches for it', (t) => {
  const links = [stranger]
  for (let i = 0; i < 4; i++)
    links.unshift(issue({ name: `Link ${i}`, isAuthority: true, ...times }, links[0] as typeof stranger))
  const one = issue(LEAF, links[0] as typeof stranger)
  const statement = statementOf([one, ...links], one.privateKey)
  const keys = t.mock.getter(X509Certificate.prototype, 'publicKey', () => assert.fail('it was used'))
  assert.equal(provesModel(statement, [root.pem], NOW), false)
  assert.equal(keys.mock.callCount(), 0)
})

for (const [what, statement, roots = [root.pem]] of [
  ['no roots', good, []],
  ['another root', good, [stranger.pem]],
  ['a root of the same name', good, [namesake.pem]],
  ['a chain with a gap', statementOf([leaf], leaf.privateKey)],
  ['a chain in another order', statementOf([between, leaf], leaf.privateKey)],
  ['a certificate by one that may issue none', statementOf([byLeaf, leaf, between], byLeaf.privateKey)],
  ['a certificate that may issue others', rightly({ isAuthority: true })],
  ['a certificate of something else', rightly({ unit: 'Marketing' })],
  ['a unit that only begins like it', rightly({ unit: 'Authenticator Attestation 2' })],
  ['a certificate of another model', rightly({ aaguids: [OTHER_AAGUID] })],
  ['a certificate of two models', rightly({ aaguids: [AAGUID, OTHER_AAGUID] })],
  ['a certificate of no model', statementOf([modelless, between], modelless.privateKey)],
  ['a certificate that has ended', rightly({ from: NOW - 2 * DAY, until: NOW - 1000 })],
  ['a certificate that has not begun', rightly({ from: NOW + 1000 })],
  ['an issuer that has ended', statementOf([underLate, late], underLate.privateKey)],
  ['the signature of another key', statementOf([leaf, between], other)],
  ['another algorithm', statementOf([leaf, between], leaf.privateKey, { alg: -257 })],
  ['an algorithm that nobody knows', statementOf([leaf, between], leaf.privateKey, { alg: -65535 })],
  ['no algorithm', statementOf([leaf, between], leaf.privateKey, { alg: undefined })],
  ['no signature', statementOf([leaf, between], leaf.privateKey, { sig: 'none' })],
  [
    '25 no certificates, as when it signs for itself',
    statementOf([leaf, between], leaf.privateKey, { x5c: undefined }),
  ],
  ['no certificate', statementOf([], leaf.privateKey)],
  ['rubbish for a certificate', statementOf([{ raw: Buffer.from('rubbish') }], leaf.privateKey)],
  ['texts for certificates', statementOf([leaf, between], leaf.privateKey, { x5c: [leaf.pem, 7, null] })],
  ['seven certificates', statementOf([leaf, between, root, root, root, root, root], leaf.privateKey)],
  ['a certificate by another name than its issuer’s', rightly({}, { ...between, subject: root.subject })],
  ['another format', { ...good, format: 'android-key' }],
  ['no statement', { ...good, statement: 'none' }],
  ['an AAGUID too short', { ...good, aaguid: Buffer.alloc(0) }],
] as readonly [string, Statement, string[]?][]) {
  test(`a statement proves nothing with ${what}`, () => {
    assert.equal(provesModel(statement, roots, NOW), false)
  })
}

test('a root must be good by now', () => {
  const ended = rootOf({ from: NOW - 2 * DAY, until: NOW - 1000 })
  const one = issue(LEAF, ended)
  const statement = statementOf([one], one.privateKey)
  assert.equal(provesModel(statement, [ended.pem], NOW - DAY / 2), true)
  assert.equal(provesModel(statement, [ended.pem], NOW), false)
})

test('a root is one certificate in PEM that may issue others', () => {
  assert.equal(isRoot(root.pem), true)
  for (const no of [leaf.pem, '', 'rubbish', root.pem + root.pem, root.pem.replace('MII', 'AAA')])
    assert.equal(isRoot(no), false)
})
