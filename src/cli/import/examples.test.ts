import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImportRecord } from '../../core/imports/record.ts'
import { checkPassword, mapWith, recordOf } from './example.fixture.ts'
import { EXAMPLES } from './examples.fixture.ts'
import { findSource, SOURCES } from './sources.ts'

/** What these say besides: since when an address is proven, and the name that logs in there. */
const BESIDES: Readonly<Record<string, Partial<ImportRecord>>> = {
  supabase: {
    identifiers: [
      { type: 'email_address', value: 'ana@lumen.example', verified: true, verified_at: '2024-01-15T10:30:00Z' },
      { type: 'phone_number', value: '+12125550107', verified: false },
    ],
  },
  laravel: {
    identifiers: [
      { type: 'email_address', value: 'zoe@lumen.example', verified: true, verified_at: '2023-02-03T04:05:06Z' },
    ],
  },
  devise: {
    identifiers: [
      { type: 'email_address', value: 'sam@lumen.example', verified: true, verified_at: '2021-06-01T00:00:00Z' },
    ],
  },
  keycloak: { leftovers: [{ kind: 'username', value: 'omar' }] },
  wordpress: { leftovers: [{ kind: 'username', value: 'lea' }] },
  django: { leftovers: [{ kind: 'username', value: 'max' }] },
  ldap: { leftovers: [{ kind: 'username', value: 'amy' }] },
}

for (const { source: name, raw, mapped, options } of EXAMPLES) {
  test(`a user of ${name} is mapped, and logs in with the password of there`, () => {
    const source = findSource(name)
    assert.ok(source)
    const record = recordOf(mapWith(source, raw, options))
    assert.deepEqual(record, { ...mapped, ...BESIDES[name] })
    if (record.password_hash !== undefined) checkPassword(record.password_hash)
  })
}

test('every source has an example, a name of its own, and is found by its other names', () => {
  assert.deepEqual(
    SOURCES.map(({ name }) => name),
    EXAMPLES.map(({ source }) => source),
  )
  const names = SOURCES.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  assert.equal(new Set(names).size, names.length)
  assert.equal(findSource('NextAuth')?.name, 'better-auth')
  assert.equal(findSource('nobody'), undefined)
})
