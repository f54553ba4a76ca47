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
}

export type EventTables = { events: EventRow }

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
]
