import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_FACTS, readFacts } from './facts.ts'

const PROFILE = '{"a":"line\\nbreak"}'

for (const [what, asked, row, expected] of [
  ['nothing', [], {}, {}],
  ['a profile', ['profile'], { of_user: `=${PROFILE}` }, { profile: { a: 'line\nbreak' } }],
  [
    'all of a user',
    ['profile', 'internal_id', 'external_id'],
    { of_user: `=${PROFILE}\n=uuid\n=with\na break` },
    { profile: { a: 'line\nbreak' }, internalId: 'uuid', externalId: 'with\na break' },
  ],
  ['a user without ids', ['profile', 'internal_id', 'external_id'], { of_user: '={}\n\n' }, {}],
  ['an external id behind none of ours', ['internal_id', 'external_id'], { of_user: '\n=x' }, { externalId: 'x' }],
  ['an id alone', ['internal_id'], { of_user: '=uuid' }, { internalId: 'uuid' }],
  ['identifiers of nobody', ['identifiers'], { identifiers: null }, {}],
  [
    'identifiers, oldest first, of one moment by their text',
    ['identifiers'],
    { identifiers: '20 email_address c@x\n9 phone_number +1\n9 email_address b@x\n9 email_address a@x' },
    { emails: ['a@x', 'b@x', 'c@x'], phoneNumbers: ['+1'] },
  ],
  ['a passkey', ['has_passkey'], { has_passkey: 1 }, { hasPasskey: true }],
] as const) {
  test(`what the database answered is read: ${what}`, () => {
    assert.deepEqual(readFacts(asked, row), { ...NO_FACTS, ...expected })
  })
}
