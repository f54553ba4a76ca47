import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Draft } from './draft.ts'
import { notesOf, options, recordOf } from './example.fixture.ts'

test('a profile that is too large, or nests too deep, is left out and named', () => {
  const deep = JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`)
  for (const [member, note] of [
    ['x'.repeat(16_384), 'profile_too_large'],
    [deep, 'profile_nested_too_deep'],
  ]) {
    const draft = new Draft(options())
    draft.profile({ member })
    const mapped = draft.finish()
    assert.deepEqual([recordOf(mapped).profile, notesOf(mapped)], [{}, [note]])
  }
})

test('what stays behind has room, and whatever does not fit is named', () => {
  const draft = new Draft(options())
  draft.leave('totp', 'S', 'a')
  draft.leave('private_metadata', { big: 'x'.repeat(16_384) }, 'b')
  draft.leave('private_metadata', JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`), 'c')
  draft.leave('passkey', { id: 'p' }, 'd')
  for (const nothing of [undefined, null, '', {}, []]) draft.leave('claim', nothing, 'e')
  const mapped = draft.finish()
  assert.deepEqual(recordOf(mapped).leftovers, [
    { kind: 'totp', value: 'S' },
    { kind: 'passkey', value: { id: 'p' } },
  ])
  assert.deepEqual(notesOf(mapped), [
    'totp a',
    'private_metadata b',
    'too_large b',
    'private_metadata c',
    'nested_too_deep c',
    'passkey d',
  ])
})

test('an address that is said twice is proven if it is once, since then, and stands where it stood first', () => {
  const draft = new Draft(options())
  draft.emailAddress('A@lumen.example', { field: 'a', verified: false, verifiedAt: '2020-01-01T00:00:00Z' })
  draft.emailAddress('b@lumen.example', { field: 'b', verified: false })
  draft.emailAddress('a@lumen.example', { field: 'c', verified: true, verifiedAt: '2024-01-15T10:30:00Z' })
  draft.emailAddress('a@LUMEN.example', { field: 'd', verified: false })
  assert.deepEqual(recordOf(draft.finish()).identifiers, [
    { type: 'email_address', value: 'a@lumen.example', verified: true, verified_at: '2024-01-15T10:30:00Z' },
    { type: 'email_address', value: 'b@lumen.example', verified: false },
  ])
})

test('what is no address, no number and no date is kept or named, and never guessed', () => {
  const draft = new Draft(options({ defaultCountry: 'DE' }))
  draft.externalId(undefined, ' ')
  draft.emailAddress('not an address', { field: 'mail', verified: true })
  draft.phoneNumber('+49 30 123456 ext. 7', { field: 'phone', verified: true })
  draft.createdAt('yesterday', 'made')
  draft.lastSeenAt('2024-01-15 10:30:00', 'seen')
  const mapped = draft.finish()
  assert.deepEqual(recordOf(mapped), {
    ...{ external_id: '', identifiers: [], profile: {}, scopes: [], groups: [], federated_identities: [] },
    ...{ last_seen_at: '2024-01-15T10:30:00Z', status: 'active' },
    leftovers: [
      { kind: 'email_address_unusable', value: 'not an address' },
      { kind: 'phone_number_unusable', value: '+49 30 123456 ext. 7' },
    ],
  })
  assert.deepEqual(notesOf(mapped), [
    'external_id_missing',
    'email_address_unusable mail',
    'phone_number_unusable phone',
    'date_unreadable made',
    'date_without_zone seen',
  ])
})

test('of two records the later one is told to the millisecond', () => {
  const draft = new Draft(options())
  draft.updatedAt('2024-01-15T10:30:00.123456Z', 'updated')
  assert.equal(recordOf(draft.finish()).updated_at, '2024-01-15T10:30:00.123Z')
})

test('scopes come from groups by the map alone, each once', () => {
  const scopesByGroup = new Map([
    ['admin', ['all', 'read']],
    ['editor', ['read', 'write']],
  ])
  const draft = new Draft(options({ scopesByGroup }))
  draft.groups(['editor', 'admin', 'constructor'], 'roles')
  const { groups, scopes } = recordOf(draft.finish())
  assert.deepEqual(
    [groups, scopes],
    [
      ['editor', 'admin', 'constructor'],
      ['read', 'write', 'all'],
    ],
  )
})
