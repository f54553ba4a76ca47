import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Raw, Source } from '../source.ts'
import { cognito } from './cognito.ts'
import { descope } from './descope.ts'
import { django } from './django.ts'
import { spring } from './spring.ts'

/** Whether a row of a second file is taken for one of a user's. */
const meets = ({ joins = [] }: Source, role: string, row: Raw, user: Raw): boolean => {
  const join = joins.find((one) => one.role === role)
  assert.ok(join, role)
  const keys = join.userKeys(user)
  return join.rowKeys(row).some((key) => keys.includes(key))
}

const group = { Username: 'admin', GroupName: 'staff' }
const authority = { username: 'admin', authority: 'ROLE_ADMIN' }
const address = (user: unknown) => ({ model: 'account.emailaddress', fields: { user, email: 'a@b.example' } })
const named = (username: string, pk = 7) => ({ model: 'auth.user', pk, fields: { username } })

/** Names that users choose must not make somebody else's rows theirs, nor theirs somebody else's. */
const CASES: readonly [what: string, source: Source, role: string, row: Raw, user: Raw, meets: boolean][] = [
  ['a name', cognito, 'groups', group, { Username: 'admin' }, true],
  ['a name that is a list in JSON', cognito, 'groups', group, { Username: '["admin"]' }, false],
  ['a name that is an array of PostgreSQL', cognito, 'groups', group, { Username: '{admin,x}' }, false],
  ['a name', spring, 'authorities', authority, { username: 'admin' }, true],
  ['a name that is a list in JSON', spring, 'authorities', authority, { username: '["admin"]' }, false],
  ['an id', descope, 'hashes', { userId: 'U2v' }, { userId: 'U2v', loginIds: ['v'] }, true],
  ['a login id', descope, 'hashes', { loginId: 'v' }, { userId: 'U2v', loginIds: ['v'] }, true],
  ['a login id like another’s id', descope, 'hashes', { loginId: 'U2v' }, { userId: 'U2v', loginIds: ['v'] }, false],
  ['an id like a login id', descope, 'hashes', { userId: 'U2v' }, { userId: 'U2a', loginIds: ['U2v'] }, false],
  ['a natural key', django, 'emails', address(['bob']), named('bob'), true],
  ['a key', django, 'emails', address(7), named('bob'), true],
  ['a name like a key', django, 'emails', address(['7']), named('bob'), false],
  ['a name like a part of a natural key', django, 'emails', address(['acme', 'bob']), named('acme'), false],
]

for (const [what, source, role, row, user, expected] of CASES) {
  test(`${source.name}: ${what} ${expected ? 'joins' : 'does not join'}`, () => {
    assert.equal(meets(source, role, row, user), expected)
  })
}
