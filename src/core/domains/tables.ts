import type { Migration } from '../../platform/migrate.ts'

export const STATUSES = ['pending_dns', 'verifying', 'issuing', 'active', 'failed'] as const

/**
 * `pending_dns`: nothing of ours stands in DNS. `verifying`: a part of it does, or another application has the name. `issuing`: proven, and answered;
 * no certificate was seen yet. `active`: that, too. `failed`: unproven for thirty days; nobody looks any more until asked to.
 */
export type DomainStatus = (typeof STATUSES)[number]

/** A name of its own that an application is to be reached at. */
export type DomainRow = {
  app_id: string
  id: string
  /** Lower case, A-labels, no trailing dot. */
  domain: string
  status: DomainStatus
  /** What the TXT record must say: known to nobody but the application and whoever writes its DNS. */
  proof: string
  /** JSON: what was seen by the last look. */
  checks: string
  /** Grows with every look; whoever settles one compares it. */
  looks: number
  /** Looks in a row that found no proof. */
  failures: number
  /** Unix ms; since when there is no proof. Null while there is. */
  failing_since: number | null
  /** Unix ms; when the application was told of that. */
  failing_told_at: number | null
  /** Unix ms; when the last look began. */
  looked_at: number
  /** Unix ms; of the certificate that the last look saw. Null when it saw none, or an earlier release looked. */
  certificate_ends_at: number | null
  created_at: number
  updated_at: number
}

export type DomainTables = { domains: DomainRow }

export const domainMigrations: readonly Migration[] = [
  {
    name: 'domains/001-create',
    up: [
      `create table domains (
        app_id text not null, id text not null, domain text not null, status text not null, proof text not null,
        checks text not null, looks bigint not null, failures bigint not null, failing_since bigint,
        failing_told_at bigint, looked_at bigint not null, created_at bigint not null, updated_at bigint not null,
        primary key (app_id, id))`,
      'create unique index domains_domain on domains (app_id, domain)',
      'create index domains_due on domains (status, looked_at)',
    ],
  },
  { name: 'domains/002-certificate', up: ['alter table domains add column certificate_ends_at bigint'] },
]
