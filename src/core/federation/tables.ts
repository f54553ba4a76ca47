import type { Migration } from '../../platform/migrate.ts'

/** An account at an identity provider that belongs to a user. */
export type FederatedIdentityRow = {
  app_id: string
  /** Name of the provider, or id of the connection. */
  provider: string
  /** Empty where a provider has one issuer; with `#claim` behind it where another claim than `sub` names users. */
  issuer: string
  subject: string
  user_id: string
  /** Names the person at the provider beyond this client; null where nothing does. */
  alt_subject: string | null
  /** As the provider said last, for people to recognise the account by; it owns nothing. */
  email: string | null
  created_at: number
}

/** How an application logs in by an identity provider. */
export type OAuthConfigRow = {
  app_id: string
  /** Name of the provider, of which an application has one; else id of the connection. */
  id: string
  provider: string
  /** JSON: everything but the secrets. */
  config: string
  /** The issuer of its subjects; empty where the provider has one issuer. */
  issuer: string
  /** JSON, sealed. */
  sealed_secrets: string
  created_at: number
  updated_at: number
}

/** An e-mail domain that a company's own connection speaks for: one at most. */
export type OAuthDomainRow = { app_id: string; domain: string; connection_id: string }

export type FederationTables = {
  federated_identities: FederatedIdentityRow
  oauth_configs: OAuthConfigRow
  oauth_domains: OAuthDomainRow
}

export const federationMigrations: readonly Migration[] = [
  {
    name: 'federation/001-issuer',
    up: [
      // Made anew, for one of the databases cannot change a primary key. The release before reads and writes it as ever.
      `create table federated_identities_by_issuer (
        app_id text not null, provider text not null, issuer text not null default '', subject text not null,
        user_id text not null, alt_subject text, email text, created_at bigint not null,
        primary key (app_id, provider, issuer, subject))`,
      `insert into federated_identities_by_issuer (app_id, provider, subject, user_id, created_at)
        select app_id, provider, subject, user_id, created_at from federated_identities`,
      'drop table federated_identities',
      'alter table federated_identities_by_issuer rename to federated_identities',
      'create index federated_identities_user on federated_identities (app_id, user_id)',
      `create table oauth_configs (
        app_id text not null, id text not null, provider text not null, config text not null,
        issuer text not null, sealed_secrets text not null, created_at bigint not null, updated_at bigint not null,
        primary key (app_id, id))`,
    ],
  },
  {
    name: 'federation/002-domains',
    up: [
      `create table oauth_domains (
        app_id text not null, domain text not null, connection_id text not null, primary key (app_id, domain))`,
      'create index oauth_domains_connection on oauth_domains (app_id, connection_id)',
    ],
  },
]
