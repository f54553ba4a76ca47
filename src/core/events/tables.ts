import type { Migration } from '../../platform/migrate.ts'

export type EventRow = {
  app_id: string
  id: string
  type: string
  /** To whom it happened; null for an event of the application, and where an earlier release recorded it. */
  user_id: string | null
  /** JSON object. */
  payload: string
  created_at: number
  /** The trace of what caused it, as `traceparent` names it; null where none was recorded. */
  trace: string | null
}

/** That a webhook gets the events of a type from now on. */
export type WebhookEventRow = { app_id: string; type: string; webhook_id: string }

/** An event on its way to a webhook: put here in the event's own transaction, so that neither is there without the other. */
export type WaitingRow = { app_id: string; webhook_id: string; event_id: string; created_at: number }

export type EventTables = { events: EventRow; webhook_events: WebhookEventRow; webhook_queue: WaitingRow }

export const eventMigrations: readonly Migration[] = [
  {
    name: 'events/001-create',
    up: [
      `create table events (
        app_id text not null, id text not null, type text not null, payload text not null, created_at bigint not null,
        primary key (app_id, id))`,
      'create index events_type on events (app_id, type, created_at)',
      'create index events_age on events (created_at)',
    ],
  },
  {
    name: 'events/002-list',
    up: [
      'alter table events add column user_id text',
      'drop index events_type',
      'create index events_by_type on events (app_id, type, id)',
      'create index events_by_user on events (app_id, user_id, id) where user_id is not null',
    ],
  },
  {
    name: 'events/003-fan-out',
    up: [
      `create table webhook_events (
        app_id text not null, type text not null, webhook_id text not null, primary key (app_id, type, webhook_id))`,
      `create table webhook_queue (
        app_id text not null, webhook_id text not null, event_id text not null, created_at bigint not null,
        primary key (app_id, webhook_id, event_id))`,
      'create index webhook_queue_age on webhook_queue (created_at)',
    ],
  },
  { name: 'events/004-traces', up: ['alter table events add column trace text'] },
]
