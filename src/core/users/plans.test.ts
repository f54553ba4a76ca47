import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, user } from '../../../test/builders.ts'
import { assertIndexed, explained } from '../../../test/house/plans.ts'
import { stages } from '../../../test/house/stages.ts'
import type { Cursor } from './cursor.ts'
import { type UserQuery, walkUsers } from './search.ts'
import { listNamedRows } from './store/pages.ts'
import { listUsers } from './store.ts'

const ID = 'usr_00000000000000000000000000'
const by = (column: 'name_key' | 'given_key' | 'family_key'): Cursor => ({ kind: 'name', column, key: '61', id: ID })
const time: Cursor = { kind: 'time', createdAt: 5, id: ID }

/** A question, where its list goes on, and the indexes that are enough for it. */
const QUESTIONS: readonly (readonly [string, UserQuery, Cursor | undefined, readonly string[]])[] = [
  ['everybody', {}, undefined, ['users_pkey|users_by_time|autoindex_users']],
  ['everybody, further on', {}, { kind: 'id', id: ID }, ['users_pkey|autoindex_users']],
  ['by status', { status: 'inactive' }, undefined, ['users_by_status']],
  ['by status, further on', { status: 'active' }, time, ['users_by_status']],
  ['by time', { createdAfter: 5 }, undefined, ['users_by_time']],
  ['by both', { createdAfter: 5, status: 'active' }, time, ['users_by_status']],
  ['by number', { text: '+30691' }, { kind: 'number', value: '+30691', id: ID }, ['identifiers_']],
  ['by whole name', { text: 'ada' }, by('name_key'), ['users_name']],
  ['by first name', { text: 'ada' }, by('given_key'), ['users_given']],
  ['by last name', { text: 'ada' }, by('family_key'), ['users_family']],
]

for (const { engine, w } of await stages()) {
  for (const [what, query, after, indexes] of QUESTIONS) {
    test(`${engine}: a list of users is read by an index: ${what}`, async () => {
      const app = await application(w)
      await user(w, app, { profile: { name: 'Bob' } })
      const plans = await explained(w, engine, async (db) => {
        for await (const _ of walkUsers(db, app.id, query, after, 10));
      })
      assert.ok(plans.length > 0)
      assertIndexed(plans)
      for (const index of indexes)
        assert.ok(
          plans.some((plan) => new RegExp(index).test(plan)),
          plans.join('\n'),
        )
    })
  }

  test(`${engine}: whoever rows of a bulk request mean are found by an index`, async () => {
    const which = { ids: [ID], externalIds: ['customer-1'], internalIds: [crypto.randomUUID()] }
    for (const plan of await explained(w, engine, (db) => listUsers(db, 'app', which)))
      assert.doesNotMatch(plan, /Seq Scan|\bSCAN /)
  })

  test(`${engine}: the table is gone through by its key`, async () => {
    for (const plan of await explained(w, engine, (db) => listNamedRows(db, ['app', ID], 10)))
      assert.match(plan, /Index Cond: \(ROW\(app_id, id\)|SEARCH users USING INDEX sqlite_autoindex_users_1/)
  })
}
