import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context, trace } from '@opentelemetry/api'
import { sql } from 'kysely'
import { application } from '../../../test/builders.ts'
import { recorded, textOf, tracedWorld } from '../../../test/house/traces.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { addToCounter } from '../counters.fixture.ts'
import { tracedProcess } from './process.ts'
import { withinTrace } from './requests.ts'
import { inSpan } from './span.ts'

for (const engine of ENGINES) {
  test(`${engine}: without an SDK nothing is wrapped, followed or written`, async () => {
    const w = await world(engine)
    assert.equal(tracedProcess(w.deps), w.deps)
    const handler = async () => {}
    assert.equal(withinTrace(w.deps, handler), handler)
    await application(w)
    const rows = await w.deps.db
      .withTables<{ events: { trace: string | null } }>()
      .selectFrom('events')
      .selectAll()
      .execute()
    assert.ok(rows.every(({ trace }) => trace === null))
  })

  test(`${engine}: a transaction and a shared update are spans with the names of their statements, inside of something alone`, async () => {
    const { w, recorder, spans } = await tracedWorld(engine)
    const { deps } = w
    await deps.transact(
      async (tx) => void (await sql`create table counters (id text primary key, n bigint)`.execute(tx)),
    )
    const tables = (of: typeof deps.db) => of.withTables<{ counters: { id: string; n: number } }>()
    await deps.transact(
      async (tx) => void (await tables(tx).insertInto('counters').values({ id: 'a-secret-id', n: 1 }).execute()),
    )
    const add = deps.grouped(addToCounter)
    await add({ id: 'a-secret-id', by: 1 })
    assert.deepEqual(spans(), [], 'nothing is recorded where nothing is begun')

    await inSpan(recorder.tracer, 'work', {}, async () => {
      await deps.transact(async (tx) => {
        await tables(tx).updateTable('counters as c').set({ n: 7 }).where('c.id', '=', 'a-secret-id').execute()
        await sql`select 'a-secret-text'`.execute(tx)
      })
      await add({ id: 'a-secret-id', by: 1 })
      await tables(deps.db).selectFrom('counters').selectAll().where('id', '=', 'a-secret-id').execute()
    })
    const [transaction, shared, work] = spans()
    assert.deepEqual(
      [transaction, shared, work].map((span) => [span?.name, span?.events.map(({ name }) => name)]),
      [
        ['transaction', ['update counters', 'statement']],
        ['add_to_counter', []],
        ['work', ['select counters']],
      ],
    )
    const system = engine === 'sqlite' ? 'sqlite' : 'postgresql'
    assert.deepEqual(transaction?.attributes, { 'db.system.name': system })
    assert.ok(!spans().map(textOf).join().includes('a-secret'))
  })

  test(`${engine}: of what fails the kind is told, and not the message`, async () => {
    const { w, recorder, spans } = await tracedWorld(engine)
    const failing = inSpan(recorder.tracer, 'work', {}, () =>
      w.deps.transact(async () => {
        throw new TypeError('no mailbox ada@example.com')
      }),
    )
    await assert.rejects(failing, TypeError)
    for (const span of spans())
      assert.deepEqual([span.attributes['error.type'], span.status], ['TypeError', { code: 2 }])
    assert.equal(spans().length, 2)
    assert.ok(!spans().map(textOf).join().includes('ada@'))
  })
}

test('a span is where its work is done, and nowhere else', async () => {
  const { recorder } = recorded()
  const idOf = () => trace.getActiveSpan()?.spanContext().spanId
  await inSpan(recorder.tracer, 'outer', {}, async (outer) => {
    await inSpan(recorder.tracer, 'inner', {}, async (inner) => {
      await new Promise(setImmediate)
      assert.equal(idOf(), inner.spanContext().spanId)
    })
    assert.equal(idOf(), outer.spanContext().spanId)
  })
  assert.equal(idOf(), undefined)
  assert.ok(context.active())
})
