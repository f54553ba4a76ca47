import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { EventTables } from '../../events/tables.ts'
import { LONGEST_WAIT_MS } from '../retry.ts'
import type { LaneRow, WebhookTables } from '../tables.ts'

type Tables = WebhookTables & EventTables

/** Longer than a try lasts, and what may hold it up; it is given anew for each. */
export const LEASE_MS = 15_000
/** How far the clocks of two processes may be apart. */
const SKEW_MS = 60_000

export async function insertLane(tx: Tx, appId: string, webhookId: string): Promise<void> {
  const fresh = { next_sequence: 1, ran_at: 0, strikes: 0, notices: 0, committed: 0 }
  await tx
    .withTables<WebhookTables>()
    .insertInto('webhook_lanes')
    .values({ app_id: appId, webhook_id: webhookId, ...fresh })
    .execute()
}

export async function findLane(db: Db, appId: string, webhookId: string): Promise<LaneRow | undefined> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhook_lanes')
    .selectAll()
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst()
}

/** The lane, held until the transaction ends. */
export async function holdLane(tx: Tx, appId: string, webhookId: string): Promise<LaneRow | undefined> {
  return await tx
    .withTables<WebhookTables>()
    .selectFrom('webhook_lanes')
    .selectAll()
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .forUpdate()
    .executeTakeFirst()
}

type Condition = ExpressionWrapper<Tables, never, SqlBool>
type Lanes = ExpressionBuilder<Tables, 'webhook_lanes'>

/** A time further ahead than any can be was written by a clock that was wrong, and counts for nothing. */
const isFree = (eb: Lanes, now: number) =>
  eb.or([
    eb('webhook_lanes.leased_until', 'is', null),
    eb('webhook_lanes.leased_until', '<=', now),
    eb('webhook_lanes.leased_until', '>', now + LEASE_MS + SKEW_MS),
  ])

const isDue = (eb: Lanes, now: number) =>
  eb.or([
    eb('webhook_lanes.due_at', 'is', null),
    eb('webhook_lanes.due_at', '<=', now),
    eb('webhook_lanes.due_at', '>', now + LONGEST_WAIT_MS),
  ])

const hasWork = (eb: Lanes, now: number) => {
  const waiting = eb
    .selectFrom('webhook_queue as q')
    .select('q.event_id')
    .whereRef('q.app_id', '=', 'webhook_lanes.app_id')
    .whereRef('q.webhook_id', '=', 'webhook_lanes.webhook_id')
  const open = eb
    .selectFrom('webhook_deliveries as d')
    .select('d.id')
    .whereRef('d.app_id', '=', 'webhook_lanes.app_id')
    .whereRef('d.webhook_id', '=', 'webhook_lanes.webhook_id')
    .where('d.status', '=', 'pending')
    .where((inner) => inner.or([inner('d.due_at', '<=', now), inner('d.due_at', '>', now + LONGEST_WAIT_MS)]))
  return eb.or([eb.exists(waiting), eb.exists(open)])
}

export type DueLane = Pick<LaneRow, 'app_id' | 'webhook_id' | 'failing_since'>

/** Of active webhooks that are pushed to, those with something to send that nobody is at; healthy ones first, those that waited longest first. */
export async function findDueLanes(db: Db, now: number, limit: number): Promise<DueLane[]> {
  return await db
    .withTables<Tables>()
    .selectFrom('webhooks')
    .innerJoin('webhook_lanes', (join) =>
      join.onRef('webhook_lanes.app_id', '=', 'webhooks.app_id').onRef('webhook_lanes.webhook_id', '=', 'webhooks.id'),
    )
    .select(['webhook_lanes.app_id', 'webhook_lanes.webhook_id', 'webhook_lanes.failing_since'])
    .where('webhooks.active', '=', 1)
    .where('webhooks.kind', '=', 'push')
    .where((eb) => {
      const lanes = eb as unknown as Lanes
      return lanes.and([isFree(lanes, now), isDue(lanes, now), hasWork(lanes, now)]) as unknown as Condition
    })
    .orderBy((eb) => eb.case().when('webhook_lanes.failing_since', 'is', null).then(0).else(1).end())
    .orderBy('webhook_lanes.ran_at')
    .limit(limit)
    .execute()
}

/** Lease a lane that is free and due. Of two workers one wins. */
export async function leaseLane(tx: Tx, appId: string, webhookId: string, now: number): Promise<LaneRow | undefined> {
  return await tx
    .withTables<Tables>()
    .updateTable('webhook_lanes')
    .set({ leased_until: now + LEASE_MS })
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where((eb) => isFree(eb as unknown as Lanes, now) as unknown as Condition)
    .where((eb) => isDue(eb as unknown as Lanes, now) as unknown as Condition)
    .returningAll()
    .executeTakeFirst()
}

export type LaneChange = Partial<Omit<LaneRow, 'app_id' | 'webhook_id'>>

export async function updateLane(tx: Tx, appId: string, webhookId: string, change: LaneChange): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .updateTable('webhook_lanes')
    .set(change)
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .execute()
}

export async function deleteLane(tx: Tx, appId: string, webhookId: string): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .deleteFrom('webhook_lanes')
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .execute()
}

/** Since when the first of what waits for each active webhook does, Unix ms; of none for which nothing waits. */
export async function listOldest(db: Db): Promise<number[]> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('webhooks as w')
    .select((eb) => [
      eb
        .selectFrom('webhook_queue as q')
        .select('q.created_at')
        .whereRef('q.app_id', '=', 'w.app_id')
        .whereRef('q.webhook_id', '=', 'w.id')
        .orderBy('q.event_id')
        .limit(1)
        .as('queued'),
      eb
        .selectFrom('webhook_deliveries as d')
        .select('d.created_at')
        .whereRef('d.app_id', '=', 'w.app_id')
        .whereRef('d.webhook_id', '=', 'w.id')
        .where('d.status', '=', 'pending')
        .orderBy('d.first_sequence')
        .limit(1)
        .as('frozen'),
    ])
    .where('w.active', '=', 1)
    .execute()
  return rows.flatMap(({ queued, frozen }) => [queued, frozen].filter((time) => time !== null))
}
