import type { Migration } from '../../platform/migrate.ts'

/** How often something happened within an hour. */
export type RollupRow = {
  app_id: string
  /** One of `Metric`. */
  metric: string
  /** JSON object with its members in order: of one metric, what tells its counters apart. Never what a client sends. */
  labels: string
  /** Start of the hour, Unix ms; of what is older than 90 days, start of the day (UTC). */
  hour: number
  count: number
  /** Sum of what was measured, in the unit of the metric; 0 of what is only counted. */
  sum: number
}

export type RollupTables = { rollups: RollupRow }

export const rollupMigrations: readonly Migration[] = [
  {
    name: 'rollups/001-create',
    up: [
      `create table rollups (
        app_id text not null, metric text not null, labels text not null, hour bigint not null,
        count bigint not null, sum bigint not null, primary key (app_id, metric, hour, labels))`,
      // What is yet to be folded into days; the first hour of a day is where the day goes.
      'create index rollups_hours on rollups (hour) where hour % 86400000 <> 0',
    ],
  },
]
