import type { Migration } from '../../platform/migrate.ts'

/** What an application puts into access tokens besides what every token says. */
export type ClaimsMappingRow = {
  app_id: string
  /** JSON object. */
  mapping: string
  /** 1 or 0: whether `cc` has it, too. */
  as_profile: number
  /** Grows by one with every change. */
  version: number
  created_at: number
  updated_at: number
}

export type ClaimsMappingTables = { claims_mappings: ClaimsMappingRow }

export const claimsMappingMigrations: readonly Migration[] = [
  {
    name: 'claims-mapping/001-create',
    up: [
      `create table claims_mappings (
        app_id text primary key, mapping text not null, as_profile bigint not null, version bigint not null,
        created_at bigint not null, updated_at bigint not null)`,
    ],
  },
]
