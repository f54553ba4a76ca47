import type { Db, Tx } from '../../platform/db.ts'
import { leaveToEnd } from '../../platform/db-context.ts'
import { deleteBefore } from '../../platform/db-sweep.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { orderedIds } from '../../platform/ids.ts'
import { wakeLanes } from '../../platform/jobs/lanes.ts'
import { causeOf } from '../../platform/traces/cause.ts'
import type { EventRow, EventTables } from './tables.ts'
import { tellOfEvents } from './tell.ts'

/** What happens to an application and its users, in the words of its webhooks. */
export const EVENT_TYPES = [
  'application.mode_changed',
  'user.created',
  'user.deleted',
  'user.profile.updated',
  'user.status.updated',
  'user.password.changed',
  'user.group.added',
  'user.group.removed',
  'user.migrated',
  'user.reclaimed',
  'user.identifier.created',
  'user.identifier.deleted',
  'user.identity.created',
  'user.identity.deleted',
  'user.passkey.registered',
  'user.passkey.deleted',
  'user.passkey.regressed',
  'user.session.created',
  'user.session.revoked',
  'user.session.rebound',
  'session.refresh_reused',
  'otp.budget_spent',
  'migration.hook_failed',
  'migration.identifier_disputed',
  'password.hook_failed',
  'step_up.hook_failed',
  'saml.certificate_expiring',
  'saml.entity_id_changed',
  'saml.refresh_failed',
  'saml.refresh_recovered',
  'saml.login_refused',
  'saml.unasked_login',
  'saml.sha1_accepted',
  'saml.groups_unknown',
  'import.completed',
  'import.rolled_back',
  'message.failed',
  'key.rotated',
  'key.revoked',
  'management_key.rotated',
  'domain.active',
  'domain.failed',
  'webhook.paused',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

/** A statement takes only so many parameters. */
const EVENTS_PER_STATEMENT = 500

/**
 * Record an event in the transaction that causes it. The payload is as documented for webhooks; times are RFC 3339. Events of one transaction
 * are listed in the order in which they were recorded.
 */
export const emit = (tx: Tx, deps: Deps, appId: string, type: EventType, payload: object): Promise<void> =>
  emitAll(tx, deps, appId, type, [payload])

/**
 * Record an event for each payload, and put it in the queue of every webhook that wants it. In few statements, for the locks of what causes them
 * are held meanwhile: where the transaction has an end for it, those of all events together.
 */
export async function emitAll(
  tx: Tx,
  deps: Deps,
  appId: string,
  type: EventType,
  payloads: readonly object[],
): Promise<void> {
  const created_at = deps.now()
  const nextId = orderedIds(deps)
  const trace = causeOf(deps)
  const rows = payloads.map((payload) => {
    const user_id = 'user_id' in payload ? String(payload.user_id) : null
    return { app_id: appId, id: nextId('evt'), type, user_id, payload: JSON.stringify(payload), created_at, trace }
  })
  const write = writing(deps)
  if (!leaveToEnd(write, rows)) await write(tx, rows)
  tellOfEvents(deps, appId, type, payloads)
}

/** Writes events, which may be of several types and applications, with what webhooks get of them. */
const writing = resident((deps: Deps) => async (tx: Tx, rows: readonly EventRow[]): Promise<void> => {
  for (const [appId, own] of Map.groupBy(rows, ({ app_id }) => app_id)) {
    for (let start = 0; start < own.length; start += EVENTS_PER_STATEMENT) {
      const some = own.slice(start, start + EVENTS_PER_STATEMENT)
      await tx.withTables<EventTables>().insertInto('events').values(some).execute()
      if ((await fanOut(tx, appId, some)) > 0) wakeLanes(deps)
    }
  }
})

/** One row for each webhook that wants them, and each event. Answers how many. */
async function fanOut(tx: Tx, appId: string, rows: readonly EventRow[]): Promise<number> {
  const tables = tx.withTables<EventTables>()
  const { numInsertedOrUpdatedRows = 0n } = await tables
    .insertInto('webhook_queue')
    .columns(['app_id', 'webhook_id', 'event_id', 'created_at'])
    .expression(
      tables
        .selectFrom('webhook_events as wanted')
        .innerJoin('events as event', (join) =>
          join.onRef('event.app_id', '=', 'wanted.app_id').onRef('event.type', '=', 'wanted.type'),
        )
        .select(['wanted.app_id', 'wanted.webhook_id', 'event.id', 'event.created_at'])
        .where('wanted.app_id', '=', appId)
        .where('wanted.type', 'in', [...new Set(rows.map(({ type }) => type))])
        .where(
          'event.id',
          'in',
          rows.map(({ id }) => id),
        ),
    )
    .executeTakeFirst()
  return Number(numInsertedOrUpdatedRows)
}

/** Which events to list: those that meet every member given. */
export interface EventSelection {
  readonly type?: EventType | undefined
  readonly userId?: string | undefined
  /** Older than the event with this id. */
  readonly before?: string | undefined
}

/** Newest first, `limit` at most. Those of one user as far as this release recorded them. */
export async function listEvents(db: Db, appId: string, which: EventSelection, limit: number): Promise<EventRow[]> {
  const { type, userId, before } = which
  return await db
    .withTables<EventTables>()
    .selectFrom('events')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(type !== undefined, (query) => query.where('type', '=', type as string))
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as string))
    .$if(before !== undefined, (query) => query.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Delete up to `count` events made before `before`. */
export const deleteOldEvents = (tx: Tx, before: number, count: number): Promise<number> =>
  deleteBefore(tx, { table: 'events', key: ['app_id', 'id'], column: 'created_at' }, before, count)

/** Take up to `count` rows out of the queues of webhooks that have waited since before `before`: the events themselves are gone. */
export async function deleteOldWaiting(tx: Tx, before: number, count: number): Promise<number> {
  const tables = tx.withTables<EventTables>()
  const oldest = await tables
    .selectFrom('webhook_queue')
    .select(['app_id', 'webhook_id', 'event_id'])
    .where('created_at', '<', before)
    .orderBy('created_at')
    .limit(count)
    .execute()
  for (const [, rows] of Map.groupBy(oldest, ({ webhook_id }) => webhook_id)) {
    const [{ app_id, webhook_id }] = rows as [(typeof rows)[number]]
    await tables
      .deleteFrom('webhook_queue')
      .where('app_id', '=', app_id)
      .where('webhook_id', '=', webhook_id)
      .where(
        'event_id',
        'in',
        rows.map(({ event_id }) => event_id),
      )
      .execute()
  }
  return oldest.length
}
