import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { stages } from '../../test/house/stages.ts'
import type { Tx } from './db.ts'
import { watchWrites } from './db-writes.ts'

type Tables = {
  limits: { app_id: string; name: string; subject: string; window_start: number; taken: number; expires_at: number }
}

const row = { app_id: 'a', name: 'n', subject: 's', window_start: 0, taken: 1, expires_at: 0 }
const key = ['app_id', 'name', 'subject', 'window_start'] as const
const limits = (tx: Tx) => tx.withTables<Tables>()

for (const { engine, w } of await stages()) {
  const writes = (work: (tx: Tx) => Promise<unknown>) =>
    w.deps.transact(async (tx) => {
      const watched = watchWrites(tx)
      await work(watched.tx)
      return watched.hasWritten()
    })

  test(`${engine}: what is inserted, changed or deleted is a write; what is read, tried or locked is none`, async () => {
    const insert = (tx: Tx) => limits(tx).insertInto('limits').values(row)
    const update = (tx: Tx) => limits(tx).updateTable('limits')
    const remove = (tx: Tx) => limits(tx).deleteFrom('limits')
    const upsert = (tx: Tx) =>
      insert(tx).onConflict((conflict) =>
        conflict.columns(key).doUpdateSet((eb) => ({ taken: eb.ref('excluded.taken') })),
      )
    assert.equal(await writes((tx) => limits(tx).selectFrom('limits').selectAll().execute()), false)
    assert.equal(await writes((tx) => update(tx).set({ taken: 2 }).where('app_id', '=', 'a').execute()), false)
    assert.equal(await writes((tx) => insert(tx).execute()), true)
    assert.equal(
      await writes((tx) =>
        insert(tx)
          .onConflict((one) => one.doNothing())
          .execute(),
      ),
      false,
    )
    assert.equal(
      await writes((tx) =>
        insert(tx)
          .onConflict((one) => one.doNothing())
          .returning('name')
          .execute(),
      ),
      false,
    )
    assert.equal(await writes((tx) => upsert(tx).execute()), true)
    assert.equal(
      await writes((tx) => update(tx).set({ taken: 2 }).where('app_id', '=', 'a').returning('taken').execute()),
      true,
    )
    assert.equal(
      await writes((tx) =>
        update(tx)
          .set((eb) => ({ taken: eb('taken', '+', 1) }))
          .where('app_id', '=', 'a')
          .execute(),
      ),
      true,
    )
    const lock = (tx: Tx) => update(tx).set((eb) => ({ taken: eb.ref('taken') }))
    assert.equal(await writes((tx) => lock(tx).where('app_id', '=', 'a').returning('taken').execute()), false)
    const lockOrMake = (tx: Tx) =>
      insert(tx).onConflict((one) => one.columns(key).doUpdateSet((eb) => ({ taken: eb.ref('limits.taken') })))
    assert.equal(await writes((tx) => lockOrMake(tx).execute()), false)
    assert.equal(await writes((tx) => sql`update limits set taken = 3 where app_id = 'a'`.execute(tx)), true)
    assert.equal(await writes((tx) => remove(tx).where('app_id', '=', 'b').execute()), false)
    assert.equal(await writes((tx) => remove(tx).where('app_id', '=', 'a').execute()), true)
  })
}
