import assert from 'node:assert/strict'
import { entryOf } from '../../src/core/events/catalogue.ts'
import type { EventType } from '../../src/core/events/store.ts'
import type { EventTables } from '../../src/core/events/tables.ts'
import type { TestApp } from '../builders.ts'
import type { World } from '../world.ts'

/** Assert that everything told of an application is as the catalogue describes it. Answers the types, in their order. */
export async function describedEvents(w: World, app: TestApp): Promise<EventType[]> {
  const rows = await w.deps.db
    .withTables<EventTables>()
    .selectFrom('events')
    .selectAll()
    .where('app_id', '=', app.id)
    .orderBy('id')
    .execute()
  return rows.map(({ type, payload }) => {
    const { schema, sample } = entryOf(type as EventType)
    const told = JSON.parse(payload) as object
    const parsed = schema.safeParse(told)
    assert.ok(parsed.success, `${type}: ${payload}: ${parsed.error?.message}`)
    const unknown = Object.keys(told).filter((member) => !(member in sample))
    assert.deepEqual(unknown, [], `${type} has members that the catalogue does not name`)
    return type as EventType
  })
}
