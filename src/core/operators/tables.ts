import type { Migration } from '../../platform/migrate.ts'

/** Somebody who works with the console. No user of any application. */
export type OperatorRow = {
  id: string
  name: string
  email: string
  /** A `Role`. */
  role: string
  /** JSON array of ids of applications; null for all, those to come included. */
  apps: string | null
  /** As `actorOfKey` writes it. */
  created_by: string
  created_at: number
  last_seen_at: number | null
}

/** A link that lets its holder in, once. */
export type OperatorInvitationRow = {
  /** Of its token. */
  hash: string
  operator_id: string
  created_at: number
  expires_at: number
}

export type OperatorPasskeyRow = {
  credential_id: string
  operator_id: string
  rp_id: string
  /** COSE, base64url. */
  public_key: string
  sign_count: number
  /** 1 or 0: whether it may be synced to other devices, as its last answer says. */
  backup_eligible: number
  /** JSON array. */
  transports: string
  nickname: string | null
  created_at: number
  last_used_at: number | null
}

export type OperatorSessionRow = {
  /** Of its token, which the browser has in a cookie. */
  hash: string
  operator_id: string
  /** A `Method`: how it began. */
  method: string
  started_at: number
  /** To the minute. */
  last_seen_at: number
  /** When the operator proved last who they are. */
  proven_at: number
  expires_at: number
}

/** An account at a company's OpenID provider that is an operator's. */
export type OperatorIdentityRow = { issuer: string; subject: string; operator_id: string; created_at: number }

/** A ceremony that has ended: its token is used up. */
export type OperatorCeremonyRow = { jti: string; expires_at: number }

/** One row, which whoever changes who is an operator takes first: so they come one after the other. */
export type OperatorTurnRow = { id: string; count: number }

export type OperatorTables = {
  operators: OperatorRow
  operator_invitations: OperatorInvitationRow
  operator_passkeys: OperatorPasskeyRow
  operator_sessions: OperatorSessionRow
  operator_ceremonies: OperatorCeremonyRow
  operator_identities: OperatorIdentityRow
  operator_turns: OperatorTurnRow
}

export const operatorMigrations: readonly Migration[] = [
  {
    name: 'operators/001-create',
    up: [
      `create table operators (
        id text primary key, name text not null, email text not null unique, role text not null, apps text,
        created_by text not null, created_at bigint not null, last_seen_at bigint)`,
      `create table operator_invitations (
        hash text primary key, operator_id text not null, created_at bigint not null, expires_at bigint not null)`,
      'create index operator_invitations_operator on operator_invitations (operator_id)',
      'create index operator_invitations_expiry on operator_invitations (expires_at)',
      `create table operator_passkeys (
        credential_id text primary key, operator_id text not null, rp_id text not null, public_key text not null,
        sign_count bigint not null, backup_eligible bigint not null, transports text not null, nickname text,
        created_at bigint not null, last_used_at bigint)`,
      'create index operator_passkeys_operator on operator_passkeys (operator_id)',
      `create table operator_sessions (
        hash text primary key, operator_id text not null, method text not null, started_at bigint not null,
        last_seen_at bigint not null, proven_at bigint not null, expires_at bigint not null)`,
      'create index operator_sessions_operator on operator_sessions (operator_id)',
      'create index operator_sessions_expiry on operator_sessions (expires_at)',
      'create table operator_ceremonies (jti text primary key, expires_at bigint not null)',
      'create index operator_ceremonies_expiry on operator_ceremonies (expires_at)',
      'create table operator_turns (id text primary key, count bigint not null)',
      "insert into operator_turns (id, count) values ('operators', 0)",
    ],
  },
  {
    name: 'operators/002-identities',
    up: [
      `create table operator_identities (
        issuer text not null, subject text not null, operator_id text not null, created_at bigint not null,
        primary key (issuer, subject))`,
      'create unique index operator_identities_operator on operator_identities (operator_id, issuer)',
    ],
  },
]
