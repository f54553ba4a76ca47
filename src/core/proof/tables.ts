import type { Migration } from '../../platform/migrate.ts'

/** One of the latest legacy tokens that were refused for a reason. */
export type RefusalSampleRow = {
  app_id: string
  reason: string
  /** From 0; a later refusal takes the place of an earlier one. */
  slot: number
  at: number
  /** JSON: `RefusalSample`. */
  detail: string
}

export type ProofTables = { refusal_samples: RefusalSampleRow }

export const proofMigrations: readonly Migration[] = [
  {
    name: 'proof/001-create',
    up: [
      `create table refusal_samples (
        app_id text not null, reason text not null, slot bigint not null, at bigint not null, detail text not null,
        primary key (app_id, reason, slot))`,
    ],
  },
]
