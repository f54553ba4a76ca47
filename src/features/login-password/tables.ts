import type { Migration } from '../../platform/migrate.ts'

/** Somewhere a user has logged in from by password. */
export type KnownPlaceRow = {
  app_id: string
  /** Keyed hash of e-mail address and IP address; neither can be read from it. */
  place: string
  seen_at: number
}

export type LoginPasswordTables = { password_known_places: KnownPlaceRow }

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
