import type { Migration } from '../../platform/migrate.ts'

export type ApplicationRow = {
  app_id: string
  name: string
  mode: 'dev' | 'prod'
  /** Grows with every change; caches compare it. */
  version: number
  /** JSON arrays of origins and URIs. */
  public_origins: string
  allowed_origins: string
  redirect_uris: string
  /** JSON array of names that it has proven, oldest first. */
  domains: string
  /** JSON object: members that differ from the defaults, by group. */
  settings: string
  created_at: number
  deleted_at: number | null
}

export type ApplicationHostRow = {
  host: string
  app_id: string
  /** The domain that proves it; null for a host of its public origins. */
  domain_id: string | null
}

export type ApiKeyRow = {
  id: string
  /** Empty for an instance key, which manages every application. */
  app_id: string
  name: string
  /** SHA-256 of the key, base64url. */
  hash: string
  /** JSON array of the permissions it has; null for all, as every key from before there were any. */
  permissions: string | null
  /** Null for a key that does not expire. */
  expires_at: number | null
  /** JSON array of ranges; null for a key that may be used from anywhere. */
  allowed_networks: string | null
  /** Null for a key from before this was kept. */
  created_by: string | null
  created_at: number
  last_used_at: number | null
  replaced_by: string | null
  revoked_at: number | null
}

export type ApplicationTables = {
  applications: ApplicationRow
  application_hosts: ApplicationHostRow
  api_keys: ApiKeyRow
}

export const applicationMigrations: readonly Migration[] = [
  {
    name: 'applications/001-create',
    up: [
      `create table applications (
        app_id text primary key, name text not null, mode text not null, version bigint not null,
        public_origins text not null, allowed_origins text not null, redirect_uris text not null,
        settings text not null, created_at bigint not null, deleted_at bigint)`,
      'create table application_hosts (host text primary key, app_id text not null)',
      'create index application_hosts_app on application_hosts (app_id)',
      `create table api_keys (
        app_id text not null, id text not null, name text not null, hash text not null unique,
        created_at bigint not null, revoked_at bigint, primary key (app_id, id))`,
    ],
  },
  { name: 'applications/002-permissions', up: ['alter table api_keys add column permissions text'] },
  {
    name: 'applications/003-keys',
    up: [
      'alter table api_keys add column expires_at bigint',
      'alter table api_keys add column allowed_networks text',
      'alter table api_keys add column created_by text',
      'alter table api_keys add column last_used_at bigint',
      'alter table api_keys add column replaced_by text',
    ],
  },
  {
    name: 'applications/004-domains',
    up: [
      "alter table applications add column domains text not null default '[]'",
      'alter table application_hosts add column domain_id text',
      'create index application_hosts_domain on application_hosts (domain_id)',
    ],
  },
]
