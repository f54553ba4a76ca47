import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notesOf, options, recordOf } from './example.fixture.ts'
import { chooseSource } from './generic.ts'
import { type Mapping, mapBy, readMapping } from './mapping-file.ts'
import type { Raw } from './source.ts'

const mappingOf = (json: object): Mapping => {
  const read = readMapping(JSON.stringify(json))
  return read.kind === 'read' ? read.mapping : assert.fail(read.faults.join('\n'))
}
const map = (json: object, raw: Raw, more = {}) => mapBy(mappingOf({ external_id: 'id', ...json }), raw, options(more))
const record = (json: object, raw: Raw, more = {}) => recordOf(map(json, raw, more))

test('every member can be said where it stands', () => {
  const mapping = {
    external_id: { template: 'shop|{id}' },
    identifiers: [
      { type: 'email_address', value: 'email', verified: { from: 'confirmed', values: { Y: true, N: false } } },
      { type: 'phone_number', value: 'phone', verified_at: 'phone_confirmed_at' },
    ],
    profile: { first_name: 'given', 'city name': 'address.city', plan: { constant: 'free' }, nick: 'nick' },
    scopes: { from: 'role', values: { admin: 'shop:admin' }, default: 'shop:read' },
    groups: { from: 'groups', split: '|' },
    federated_identities: [{ provider: { constant: 'google' }, subject: 'google_id' }],
    password_hash: { template: 'sha256:suffix:{salt}:{password}' },
    created_at: 'made',
    status: { from: 'state', values: { on: 'active', off: 'blocked' } },
  }
  const digest = '351b0549ba00ec3ab19eed24699b573a964fbd9d1e999fa4e0a19500d5d5f3f5'
  const raw = {
    id: 7,
    email: ' Rosa@Shop.example',
    confirmed: 'Y',
    phone: '030 123456',
    phone_confirmed_at: '2020-01-02 03:04:05',
    given: 'Rosa',
    address: { city: 'Lyon' },
    nick: '',
    role: 'admin',
    groups: 'eu | staff|',
    google_id: 108,
    salt: 'sälz:x',
    password: digest,
    made: '1609459200',
    state: 'off',
  }
  assert.deepEqual(record(mapping, raw, { defaultCountry: 'DE' }), {
    external_id: 'shop|7',
    identifiers: [
      { type: 'email_address', value: 'rosa@shop.example', verified: true },
      { type: 'phone_number', value: '+4930123456', verified: true, verified_at: '2020-01-02T03:04:05Z' },
    ],
    profile: { first_name: 'Rosa', 'city name': 'Lyon', plan: 'free' },
    scopes: ['shop:admin'],
    groups: ['eu', 'staff'],
    federated_identities: [{ provider: 'google', subject: '108' }],
    password_hash: `sha256:suffix:sälz:x:${digest}`,
    created_at: '2021-01-01T00:00:00Z',
    status: 'blocked',
  })
})

const EMAIL = { type: 'email_address', value: 'mail' }

/** What a row says of the proof of its address, and whether it counts as one. */
const PROOFS: readonly [said: object, raw: object, verified: boolean][] = [
  [{}, {}, false],
  [{ verified: 'v' }, { v: true }, true],
  [{ verified: 'v' }, { v: 't' }, true],
  [{ verified: 'v' }, { v: '1' }, true],
  [{ verified: 'v' }, { v: 'yes, by phone' }, false],
  [{ verified: 'v' }, { v: '2020-01-01' }, false],
  [{ verified: 'v' }, {}, false],
  [{ verified: { from: 'v', values: { done: true } } }, { v: 'done' }, true],
  [{ verified: { from: 'v', values: { done: true } } }, { v: 'open' }, false],
  [{ verified: { constant: true } }, {}, true],
  [{ verified_at: 'v' }, { v: '2020-01-01 00:00:00' }, true],
  [{ verified_at: 'v' }, { v: '0000-00-00 00:00:00' }, false],
  [{ verified_at: 'v' }, { v: 'never' }, false],
  [{ verified_at: 'v' }, { v: null }, false],
]

test('an address is proven only where the row says so', () => {
  for (const [said, raw, verified] of PROOFS) {
    const { identifiers } = record({ identifiers: [{ ...EMAIL, ...said }] }, { id: 1, mail: 'a@b.example', ...raw })
    assert.equal(identifiers[0]?.verified, verified, JSON.stringify([said, raw]))
  }
})

test('a status that the mapping does not know makes nobody active', () => {
  const status = { from: 's', values: { '1': 'active', '0': 'blocked' } }
  const statuses = [1, '0', 2, '', null].map((s) => record({ status }, { id: 1, s }).status as string)
  assert.deepEqual(statuses, ['active', 'blocked', '2', '', ''])
  assert.equal(record({ status: { ...status, default: 'blocked' } }, { id: 1, s: 'x' }).status, 'blocked')
})

test('rows that the mapping leaves out are counted, whatever else they say', () => {
  for (const gone of ['2020-01-01', true, 1, 'y']) assert.equal(map({ skip: 'gone' }, { id: 1, gone }).kind, 'skipped')
  for (const gone of [null, '', 0, false, 'f']) assert.equal(map({ skip: 'gone' }, { id: 1, gone }).kind, 'record')
})

test('what repeats in a directory is an identifier, a group and an only value', () => {
  const raw = { dn: 'x', uid: ['amy'], mail: ['a@b.example', 'c@d.example'], memberOf: ['x', 'y'], cn: ['Amy'] }
  const { external_id, identifiers, groups, profile } = record(
    { external_id: 'uid', identifiers: [EMAIL], groups: 'memberOf', profile: { name: 'cn', all: 'mail' } },
    raw,
  )
  assert.deepEqual(external_id, 'amy')
  assert.deepEqual(
    identifiers.map(({ value }) => value),
    ['a@b.example', 'c@d.example'],
  )
  assert.deepEqual(groups, ['x', 'y'])
  assert.deepEqual(profile, { name: 'Amy', all: ['a@b.example', 'c@d.example'] })
})

test('a column with dots in its name is meant before a path, and a template without all of its pieces says nothing', () => {
  const raw = { id: 1, 'a.b': 'column', a: { b: 'path' }, salt: '' }
  const mapped = map({ profile: { x: 'a.b' }, password_hash: { template: 'md5:prefix:{salt}:{a.b}' } }, raw)
  assert.deepEqual(recordOf(mapped).profile, { x: 'column' })
  assert.equal(recordOf(mapped).password_hash, undefined)
  assert.deepEqual(notesOf(mapped), [])
})

const FAULTS: readonly [text: string, fault: RegExp][] = [
  ['{', /^is no JSON$/],
  ['{}', /^external_id: /],
  ['{"external_id":"id","emails":[]}', /emails/],
  ['{"external_id":"id","identifiers":[{"type":"username","value":"u"}]}', /^identifiers\.0\.type: /],
  [
    '{"external_id":"id","identifiers":[{"type":"email_address","value":"e","verified":"v","verified_at":"w"}]}',
    /^identifiers\.0: has verified or verified_at/,
  ],
  ['{"external_id":{"from":"id","value":{}}}', /^external_id: /],
]

test('a mapping that means nothing is refused by name', () => {
  for (const [text, fault] of FAULTS) {
    const read = readMapping(text)
    assert.equal(read.kind, 'faults')
    assert.match(read.kind === 'faults' ? read.faults.join('\n') : '', fault)
  }
})

test('sources are chosen by name', () => {
  const mapping = mappingOf({ external_id: 'id' })
  const reasonOf = (name: string) => {
    const chosen = chooseSource(name, undefined)
    return chosen.kind === 'refused' ? chosen.reason : assert.fail(name)
  }
  assert.match(reasonOf('csv'), /needs --map/)
  assert.match(reasonOf('nobody'), /^--from: is none of ndjson, csv, ldif, auth0, /)
  const auth0 = chooseSource('Auth0', mapping)
  assert.ok(auth0.kind === 'source' && auth0.source.joins?.[0]?.role === 'hashes')
  assert.equal(recordOf(auth0.source.map({ id: 'x', user_id: 'auth0|1' }, options())).external_id, 'x')
})
