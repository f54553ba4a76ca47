import type { Migration } from '../../platform/migrate.ts'

/** A network from which somebody has shown that they are who they say. */
export type KnownPlaceRow = {
  app_id: string
  /** Keyed hash of what vouched and of the network; neither can be read from it. */
  place: string
  /** Keyed hash of what vouched alone. */
  holder: string
  /** To the day. */
  seen_at: number
}

export type PlaceTables = { known_places: KnownPlaceRow }

export const placeMigrations: readonly Migration[] = [
  {
    name: 'places/001-create',
    up: [
      `create table known_places (
        app_id text not null, place text not null, holder text not null, seen_at bigint not null,
        primary key (app_id, place))`,
      'create index known_places_holder on known_places (app_id, holder)',
      'create index known_places_age on known_places (seen_at)',
    ],
  },
]
