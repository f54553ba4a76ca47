import type { Migration } from '../../platform/migrate.ts'

/** The scopes that an application allows. */
export type AllowedScopesRow = {
  app_id: string
  /** JSON array, in the order in which they were added. */
  scopes: string
}

export type ScopeTables = { allowed_scopes: AllowedScopesRow }

export const scopeMigrations: readonly Migration[] = [
  { name: 'scopes/001-create', up: ['create table allowed_scopes (app_id text primary key, scopes text not null)'] },
]
