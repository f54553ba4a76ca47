import type { EventType } from '../../src/core/events/store.ts'
import type { EventTables } from '../../src/core/events/tables.ts'
import type { SessionRow, SessionTables } from '../../src/core/sessions/tables.ts'
import type { TestApp } from '../builders.ts'
import type { World } from '../world.ts'

/** Payloads of an application's events of one type, oldest first. */
export async function eventsOf(world: World, app: TestApp, type: EventType): Promise<Record<string, unknown>[]> {
  const rows = await world.deps.db
    .withTables<EventTables>()
    .selectFrom('events')
    .select('payload')
    .where('app_id', '=', app.id)
    .where('type', '=', type)
    .orderBy('id')
    .execute()
  return rows.map((row) => JSON.parse(row.payload) as Record<string, unknown>)
}

/** A session as it is stored. */
export async function sessionRow(world: World, app: TestApp, id: string): Promise<SessionRow> {
  return await world.deps.db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .selectAll()
    .where('app_id', '=', app.id)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

/** Change a stored session behind the server's back, as a restored backup would. */
export async function rewriteSession(
  world: World,
  app: TestApp,
  id: string,
  change: Partial<SessionRow>,
): Promise<void> {
  await world.deps.transact(async (tx) => {
    await tx
      .withTables<SessionTables>()
      .updateTable('sessions')
      .set(change)
      .where('app_id', '=', app.id)
      .where('id', '=', id)
      .execute()
  })
}

/** How many sessions a user has or had. */
export async function sessionCount(world: World, app: TestApp, userId: string): Promise<number> {
  const rows = await world.deps.db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .select('id')
    .where('app_id', '=', app.id)
    .where('user_id', '=', userId)
    .execute()
  return rows.length
}
