import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, instanceKey, send, type TestApp } from '../../../test/builders.ts'
import { ENGINES, START, type World, world } from '../../../test/world.ts'
import { findApplication } from '../../core/applications/store.ts'

/** More than the first piece of the job. */
const ROWS = 31

type Rows = Record<string, Record<string, string | number>>

/** What remembers which ids were given out, and what is of the whole instance. */
const NOT_OWNED = ['applications', 'kept_keys', 'master_key_canaries', 'master_key_rotations', 'time_marks']

/** Every table with a column `app_id`, but those. */
async function ownedTables(w: World) {
  const tables = await w.deps.db.introspection.getTables()
  return tables.filter(({ name, columns }) => !NOT_OWNED.includes(name) && columns.some((one) => one.name === 'app_id'))
}

/** Fill every table for an application, whatever the columns mean: with rows of its own, and with the same that others have. */
async function fill(w: World, app: TestApp) {
  const content = (column: string, type: string, i: number) => {
    if (column === 'app_id') return app.id
    if (column === 'run_at') return START * 2
    if (/int/i.test(type)) return i
    return i < ROWS ? `${app.id}-${i}` : `same-${i}`
  }
  for (const { name, columns } of await ownedTables(w)) {
    const rows = Array.from({ length: ROWS + 10 }, (_, i) =>
      Object.fromEntries(columns.map((column) => [column.name, content(column.name, column.dataType, i)])),
    )
    await w.deps.transact(async (tx) => {
      const insert = tx.withTables<Rows>().insertInto(name).values(rows)
      await insert.onConflict((conflict) => conflict.doNothing()).execute()
    })
  }
}

async function countRows(w: World, app: TestApp): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name } of await ownedTables(w)) {
    const query = w.deps.db.withTables<Rows>().selectFrom(name).select('app_id').where('app_id', '=', app.id)
    counts[name] = (await query.execute()).length
  }
  return counts
}

for (const engine of ENGINES) {
  test(`${engine}: nothing of a deleted application stays in any table, and nothing of another goes`, async () => {
    const w = await world(engine)
    const [gone, staying] = [await application(w), await application(w)]
    await fill(w, gone)
    await fill(w, staying)
    const before = await countRows(w, staying)
    const doomed = await countRows(w, gone)
    for (const [table, count] of Object.entries(before)) assert.ok(count > 0 && doomed[table], table)
    assert.ok((doomed.users ?? 0) >= ROWS)

    const headers = { authorization: `Bearer ${await instanceKey(w)}` }
    const answer = await send(w, `/v2/session/apps/${gone.id}`, { method: 'DELETE', headers })
    assert.equal(answer.status, 204)
    w.advance(59_000)
    await w.drain()
    assert.equal((await countRows(w, gone)).users, doomed.users, 'erased while requests may be under way')
    w.advance(1_000)
    await w.drain()

    const left = Object.entries(await countRows(w, gone)).filter(([, count]) => count > 0)
    assert.deepEqual(left, [])
    assert.deepEqual(await countRows(w, staying), before)
    assert.ok(await findApplication(w.deps.db, staying.id))
    const told = w.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'an application was erased')
    assert.deepEqual(
      told.map(({ app }) => app),
      [gone.id],
    )
  })
}
