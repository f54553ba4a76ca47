/** A row of a table that holds one configuration of each application. */
export type ConfigRow = {
  app_id: string
  /** JSON. */
  config: string
  created_at: number
  updated_at: number
}

/** The statement that makes such a table. */
export const createConfigTable = (table: string): string =>
  `create table ${table} (app_id text primary key, config text not null, created_at bigint not null, updated_at bigint not null)`
