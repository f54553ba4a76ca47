import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { application, type TestApp } from '../../../test/builders.ts'
import { loadFile } from '../../../test/house/imports.ts'
import { rowsOf } from '../../../test/house/legacy.ts'
import { type World, world } from '../../../test/world.ts'

const identifier = fc.record({
  type: fc.constant('email_address'),
  value: fc.constantFrom('ada@example.com', 'Bob@example.com', 'cyd@example.com', 'dan@example.com', 'no address'),
  verified: fc.boolean(),
})
const identity = fc.record({
  provider: fc.constantFrom('google', 'github', 'unheard'),
  subject: fc.constantFrom('1', '2', '3'),
})
const member = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const record = fc.record({
  external_id: fc.nat({ max: 30 }).map(String),
  identifiers: fc.array(identifier, { maxLength: 3 }),
  federated_identities: member(fc.array(identity, { maxLength: 2 })),
  profile: member(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 })),
  groups: member(fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 3 })),
  scopes: member(fc.array(fc.constantFrom('read', 'unheard'), { maxLength: 2 })),
  password_hash: member(fc.constantFrom('{SSHA}+MAnfxrFZ5olNJAgZKdSCInIgaoX8VqP0x645A==', 'no hash')),
  created_at: member(fc.constantFrom('2020-01-01T00:00:00Z', '9999-01-01T00:00:00Z', 'then')),
  updated_at: member(fc.constantFrom('2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z', '9999-01-01T00:00:00Z')),
  status: member(fc.constantFrom('active', 'blocked', 'gone')),
  leftovers: member(
    fc.array(fc.record({ kind: fc.constantFrom('totp', 'webauthn'), value: fc.jsonValue() }), { maxLength: 2 }),
  ),
})

/** Everything that is stored of users. */
async function usersOf(w: World, app: TestApp) {
  const { imports, import_lines, jobs, events, outbox, ...rest } = await rowsOf(w, app)
  return rest
}

test('whatever stands in a file, the same file again writes nothing to anybody', async () => {
  const w = await world('sqlite')
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(record, { minLength: 1, maxLength: 10, selector: ({ external_id }) => external_id }),
      async (file) => {
        const app = await application(w)
        const { outcomes: first } = await loadFile(w, app, file)
        const before = await usersOf(w, app)
        w.advance(60_000)
        const { created = 0, ...rest } = first
        const { outcomes } = await loadFile(w, app, file)
        assert.deepEqual(outcomes, { ...rest, ...(created > 0 && { unchanged: created }) })
        assert.deepEqual(await usersOf(w, app), before)
      },
    ),
    { numRuns: 20 },
  )
})
