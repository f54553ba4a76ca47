import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { world } from '../../../test/world.ts'
import type { IdentifierTables } from '../../core/identifiers/tables.ts'
import type { UserTables } from '../../core/users/tables.ts'

/** More than SQLite takes parameters in one statement. */
const USERS = 33_000
const BATCH = 2_000

test('sqlite: an application with very many users is listed whole, each with its own identifier', async () => {
  const w = await world('sqlite')
  const app = await application(w)
  const common = { app_id: app.id, created_at: 0 }
  for (let start = 0; start < USERS; start += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, USERS - start) }, (_, i) => start + i)
    const plain = { ...common, external_id: null, status: 'active' as const, profile: '{}', scopes: '[]' }
    const users = numbers.map((i) => ({ ...plain, id: `usr_${i}`, updated_at: 0, migrated_at: null }))
    const phones = numbers.map((i) => {
      const identifier = { type: 'phone_number' as const, value: `+${i}`, verified_at: 0 }
      return { ...common, ...identifier, user_id: `usr_${i}` }
    })
    await w.deps.transact(async (tx) => {
      await tx.withTables<UserTables>().insertInto('users').values(users).execute()
      await tx.withTables<IdentifierTables>().insertInto('identifiers').values(phones).execute()
    })
  }

  const { status, body } = await app.manage('/users')
  assert.equal(status, 200)
  assert.equal(body.users.length, USERS)
  const strangers = body.users.filter(
    (one: { id: string; identifiers: { value: string }[] }) => one.identifiers[0]?.value !== `+${one.id.slice(4)}`,
  )
  assert.deepEqual(strangers, [])
})
