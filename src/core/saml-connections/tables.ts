import type { Migration } from '../../platform/migrate.ts'

/** How the people of one company log in by its own identity provider. */
export type SamlConnectionRow = {
  app_id: string
  id: string
  /** Name of the kind of identity provider: `okta`. */
  provider: string
  /** `https://auth.example.com`: where our addresses in it begin, for good. */
  origin: string
  /** JSON: what the operator set. */
  config: string
  /** JSON: what is known of the identity provider. */
  idp: string
  /** Where that is read anew; empty when somebody typed it. */
  metadata_url: string
  /** Unix ms; of the last reading that went well. */
  refreshed_at: number | null
  /** Unix ms; of the last attempt at it. */
  refresh_tried_at: number | null
  /** What is wrong with it since: a word of `refreshProblems`; empty when nothing is. */
  refresh_problem: string
  created_at: number
  updated_at: number
}

/** An e-mail domain that a connection speaks for. Several may name the same; then it is nobody's. */
export type SamlDomainRow = { app_id: string; domain: string; connection_id: string }

/** What an application signs its requests with. */
export type SamlKeyRow = {
  app_id: string
  /** 1, 2 … */
  generation: number
  /** PEM. */
  certificate: string
  /** PKCS#8 PEM, sealed with the master key. */
  sealed_private_key: string
  /** Unix ms; null while it is only announced. The latest one signs. */
  signs_since: number | null
  /** Unix ms; of the certificate. */
  expires_at: number
  created_at: number
}

export type SamlTables = {
  saml_connections: SamlConnectionRow
  saml_domains: SamlDomainRow
  saml_keys: SamlKeyRow
}

export const samlMigrations: readonly Migration[] = [
  {
    name: 'saml-connections/001-create',
    up: [
      `create table saml_connections (
        app_id text not null, id text not null, provider text not null, origin text not null, config text not null,
        idp text not null, metadata_url text not null, refreshed_at bigint, created_at bigint not null,
        updated_at bigint not null, primary key (app_id, id))`,
      `create table saml_domains (
        app_id text not null, domain text not null, connection_id text not null,
        primary key (app_id, domain, connection_id))`,
      'create index saml_domains_connection on saml_domains (app_id, connection_id)',
      `create table saml_keys (
        app_id text not null, generation bigint not null, certificate text not null, sealed_private_key text not null,
        signs_since bigint, expires_at bigint not null, created_at bigint not null, primary key (app_id, generation))`,
    ],
  },
  {
    name: 'saml-connections/002-refresh',
    up: [
      'alter table saml_connections add column refresh_tried_at bigint',
      "alter table saml_connections add column refresh_problem text not null default ''",
    ],
  },
]
