import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { type Tx, undo } from '../../platform/db.ts'
import { resident } from '../../platform/deps.ts'
import { findApplication } from '../applications/store.ts'
import { emit } from '../events/store.ts'
import { audited, tellChange } from './audited.ts'
import { listAuditRows } from './store.ts'

const made = resident(() => ({}))

for (const { engine, w } of await stages()) {
  const begin = (app: TestApp) =>
    audited(
      w.deps,
      { appId: app.id, actor: 'cli', operation: 'try', target: { a: '1' }, ip: undefined, requestId: undefined },
      { given: 'changed' },
    )
  const write = (tx: Tx, { id }: TestApp) => emit(tx, w.deps, id, 'message.failed', {})
  const rowsOf = async (app: TestApp) => await listAuditRows(w.deps.db, app.id, {}, 'oldest_first', 10)

  test(`${engine}: the first transaction that writes has the row, and no other`, async () => {
    const app = await application(w)
    const { deps, done } = begin(app)
    await deps.transact((tx) => findApplication(tx, app.id))
    assert.equal((await rowsOf(app)).length, 0)
    await deps.transact((tx) => write(tx, app))
    await deps.transact((tx) => write(tx, app))
    await done()
    const [row, ...others] = await rowsOf(app)
    assert.deepEqual(
      [row?.operation, row?.target, row?.changes, others.length],
      ['try', '{"a":"1"}', '{"given":"changed"}', 0],
    )
  })

  test(`${engine}: a transaction that is undone, or that fails, leaves none; the next one does`, async () => {
    const app = await application(w)
    const { deps } = begin(app)
    await deps.transact(async (tx) => {
      await write(tx, app)
      return undo('no')
    })
    const failing = deps.transact(async (tx) => {
      await write(tx, app)
      throw new Error('broken')
    })
    await assert.rejects(failing, /broken/)
    assert.equal((await rowsOf(app)).length, 0)
    await deps.transact(async (tx) => {
      await write(tx, app)
      tellChange(deps, { target: { b: '2' }, after: { scope: 'a' } })
    })
    const [row] = await rowsOf(app)
    assert.deepEqual([row?.target, row?.changes], ['{"a":"1","b":"2"}', '{"scope":{"after":"a"}}'])
  })

  test(`${engine}: where nothing is written, the row is written by itself`, async () => {
    const app = await application(w)
    const { deps, done } = begin(app)
    await deps.transact(async () => 'nothing')
    await done()
    assert.equal((await rowsOf(app)).length, 1)
  })

  test(`${engine}: a change that cannot be logged is not made`, async () => {
    const app = await application(w)
    const { deps } = begin(app)
    const transacted = deps.transact(async (tx) => {
      await write(tx, app)
      tellChange(deps, { after: { huge: 1n } })
    })
    await assert.rejects(transacted, /BigInt/)
    assert.deepEqual((await app.manage('/events?type=message.failed')).body.events, [])
  })

  test(`${engine}: what is resident is that of the process, and who is not audited tells nothing`, async () => {
    const app = await application(w)
    assert.equal(made(begin(app).deps), made(w.deps))
    tellChange(w.deps, { after: { a: 1 } })
  })
}
