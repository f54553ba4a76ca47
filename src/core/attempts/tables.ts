import type { Migration } from '../../platform/migrate.ts'

/** A login that left for another party and is to come back. */
export type LoginAttemptRow = {
  app_id: string
  /** SHA-256 of the state that came along, base64url. */
  id_hash: string
  /** `saml_assertion`: not one that left, but what came back, to be taken once. */
  kind: 'oauth' | 'saml' | 'saml_assertion'
  /** What stands for the provider in the path that it comes back by; of SAML the connection. */
  provider: string
  /** Where the browser goes on to in the end. */
  redirect_uri: string
  /** PKCE S256 challenge of the client, which binds the browser; empty where no client began it. */
  code_challenge: string
  dispatch_id: string | null
  /** JSON, sealed: what the other party's answer is checked with. */
  sealed: string
  /** Whoever works on the answer has it until then. */
  leased_until: number | null
  /** Where the browser was sent on to, sealed; null until it was. */
  outcome: string | null
  finished_at: number | null
  created_at: number
  expires_at: number
}

export type AttemptTables = { login_attempts: LoginAttemptRow }

export const attemptMigrations: readonly Migration[] = [
  {
    name: 'attempts/001-create',
    up: [
      `create table login_attempts (
        app_id text not null, id_hash text not null, kind text not null, provider text not null,
        redirect_uri text not null, code_challenge text not null, dispatch_id text, sealed text not null,
        leased_until bigint, outcome text, finished_at bigint, created_at bigint not null, expires_at bigint not null,
        primary key (app_id, id_hash))`,
      'create index login_attempts_expiry on login_attempts (expires_at)',
    ],
  },
]
