import type { Migration } from '../../platform/migrate.ts'

/** Read and written by the release before alone, which may run beside this one, and dropped by the next; `known_places` is in its place. */
export const loginPasswordMigrations: readonly Migration[] = [
  {
    name: 'login-password/001-known-places',
    up: [
      `create table password_known_places (
        app_id text not null, place text not null, seen_at bigint not null, primary key (app_id, place))`,
      'create index password_known_places_age on password_known_places (seen_at)',
    ],
  },
]
