import type { Migration } from '../../platform/migrate.ts'

export type EventRow = { app_id: string; id: string; type: string; payload: string; created_at: number }
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
]
