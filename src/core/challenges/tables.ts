import type { Migration } from '../../platform/migrate.ts'

/** A challenge token that was used. There is no row before. */
export type ConsumedChallengeRow = {
  app_id: string
  jti: string
  /** The session it opened; null when it was burned by a wrong proof. */
  session_id: string | null
  /** Thumbprint of the DPoP key it was used with; empty without. */
  jkt: string
  consumed_at: number
  /** When the token dies by itself and the row may go. */
  expires_at: number
}

export type ChallengeTables = { consumed_challenges: ConsumedChallengeRow }

export const challengeMigrations: readonly Migration[] = [
  {
    name: 'challenges/001-create',
    up: [
      `create table consumed_challenges (
        app_id text not null, jti text not null, session_id text, jkt text not null,
        consumed_at bigint not null, expires_at bigint not null, primary key (app_id, jti))`,
      'create index consumed_challenges_expiry on consumed_challenges (expires_at)',
    ],
  },
]
