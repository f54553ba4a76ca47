import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, user } from '../../../test/builders.ts'
import { world } from '../../../test/world.ts'
import { findUser, type User } from '../../core/users/store.ts'
import { viewUsers } from './view.ts'

/** More than either engine takes parameters in one statement. */
const MANY = 70_000

test('any number of users is shown, each with its own identifiers', async () => {
  const w = await world('sqlite')
  const app = await application(w)
  const first = await user(w, app, { email: 'first@example.com' })
  const last = await user(w, app, { email: 'last@example.com', phone: '+306912345678' })
  const [head, tail] = [await findUser(w.deps.db, app.id, first), await findUser(w.deps.db, app.id, last)]
  assert.ok(head && tail)
  const between = Array.from({ length: MANY }, (_, i): User => ({ ...head, id: `usr_${i}` }))

  const views = await viewUsers(w.deps.db, app.id, [head, ...between, tail])
  assert.equal(views.length, MANY + 2)
  assert.deepEqual(views[0]?.identifiers, [{ type: 'email_address', value: 'first@example.com' }])
  assert.deepEqual(views[1]?.identifiers, [])
  assert.deepEqual(views.at(-1)?.identifiers.length, 2)
})
