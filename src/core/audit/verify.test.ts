import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application, type TestApp } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { verifyAudit } from './verify.ts'

const DAY_MS = 86_400_000
const DAYS = ['2026-01-02', '2026-01-03', '2026-01-04'] as const

/** An application with three days of three changes. */
async function busy(w: World): Promise<TestApp> {
  const app = await application(w)
  for (const _ of DAYS) {
    for (const scope of ['a', 'b', 'c'])
      await app.manage('/config/scopes', { body: { scope: `${scope}${w.deps.now()}` } })
    w.advance(DAY_MS)
  }
  return app
}

for (const { engine, w } of await stages()) {
  /** What verification says after the statements of somebody who can write to the database. */
  async function found(app: TestApp, ...statements: ReturnType<typeof sql>[]) {
    await w.deps.transact(async (tx) => {
      for (const statement of statements) await statement.execute(tx)
    })
    const verdict = await verifyAudit(w.deps.db, app.id)
    return verdict.kind === 'broken' ? `${verdict.at} ${verdict.problem}` : verdict.kind
  }
  const idOf = (day: number, n: number) => `${dayOf(day)}.00000000${n}`
  let first = 0
  const dayOf = (day: number) => new Date(first + day * DAY_MS).toISOString().slice(0, 10)
  const story = async () => {
    first = w.deps.now()
    return await busy(w)
  }
  const rows = (app: TestApp) => sql`app_id = ${app.id}`

  test(`${engine}: a log that nobody touched is intact, and so is one without a row`, async () => {
    const app = await story()
    const verdict = await verifyAudit(w.deps.db, app.id)
    assert.deepEqual({ ...verdict, hash: '' }, { kind: 'intact', rows: 9, days: 3, hash: '' })
    assert.equal(await found(await application(w)), 'intact')
  })

  for (const column of ['actor', 'operation', 'target', 'changes', 'ip', 'request_id'] as const) {
    test(`${engine}: another ${column} is found`, async () => {
      const app = await story()
      const value = column === 'target' || column === 'changes' ? '{"userID":"usr_other"}' : 'somebody'
      const tampered = sql`update audit_rows set ${sql.ref(column)} = ${value} where ${rows(app)} and id = ${idOf(1, 2)}`
      assert.equal(await found(app, tampered), `${idOf(1, 2)} was changed, or stands behind another row`)
    })
  }

  test(`${engine}: another time, and a row in the place of another, are found`, async () => {
    const app = await story()
    const later = sql`update audit_rows set created_at = created_at + 1000 where ${rows(app)} and id = ${idOf(0, 1)}`
    assert.match(await found(app, later), new RegExp(`^${idOf(0, 1)} was changed`))
    const other = await story()
    const moved = (from: string, to: string) =>
      sql`update audit_rows set id = ${to} where ${rows(other)} and id = ${from}`
    const swap = [moved(idOf(2, 1), 'x'), moved(idOf(2, 2), idOf(2, 1)), moved('x', idOf(2, 2))]
    assert.match(await found(other, ...swap), new RegExp(`^${idOf(2, 1)} was changed`))
  })

  test(`${engine}: a row that is gone is found: in the middle, at the end of a day, at the end of all`, async () => {
    for (const [day, n] of [
      [1, 2],
      [0, 3],
      [2, 3],
    ] as const) {
      const app = await story()
      const gone = sql`delete from audit_rows where ${rows(app)} and id = ${idOf(day, n)}`
      assert.equal(await found(app, gone), `${idOf(day, n)} is missing`)
    }
  })

  test(`${engine}: a day that is gone, or that ends sooner, is found`, async () => {
    const app = await story()
    const within = sql`${rows(app)} and id >= ${idOf(1, 0)} and id <= ${idOf(1, 9)}`
    const day = sql`${rows(app)} and day = ${dayOf(1)}`
    assert.equal(
      await found(app, sql`delete from audit_rows where ${within}`, sql`delete from audit_heads where ${day}`),
      `${dayOf(2)} does not go on from the day before`,
    )
    const other = await story()
    const last = sql`${rows(other)} and id = ${idOf(1, 3)}`
    const head = sql`${rows(other)} and day = ${dayOf(1)}`
    const shorter = sql`update audit_heads set count = 2 where ${head}`
    assert.equal(
      await found(other, sql`delete from audit_rows where ${last}`, shorter),
      `${dayOf(1)} does not end as it was written`,
    )
  })

  test(`${engine}: where somebody has closed the last day, nothing is changed that could not be logged`, async () => {
    const app = await story()
    await found(app, sql`update audit_heads set closed = 1 where ${rows(app)}`)
    w.setWallClock(first)
    assert.equal((await app.manage('/config/scopes', { body: { scope: 'more' } })).status, 500)
    assert.ok(!(await app.manage('/config/scopes')).body.scopes.includes('more'))
  })

  test(`${engine}: no day is written to once a later one has begun, though the clock be set back`, async () => {
    const app = await application(w)
    const now = w.deps.now()
    await app.manage('/config/scopes', { body: { scope: 'a' } })
    w.setWallClock(now - 3 * DAY_MS)
    await app.manage('/config/scopes', { body: { scope: 'b' } })
    w.setWallClock(now)
    await app.manage('/config/scopes', { body: { scope: 'c' } })
    assert.deepEqual(
      { ...(await verifyAudit(w.deps.db, app.id)), hash: '' },
      { kind: 'intact', rows: 3, days: 1, hash: '' },
    )
  })
}
