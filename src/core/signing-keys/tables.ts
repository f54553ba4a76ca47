import type { Migration } from '../../platform/migrate.ts'

/** What a key signs. A key of one purpose is never accepted for another. */
export type KeyPurpose =
  | 'access_token'
  | 'challenge_token'
  | 'webhook'
  /** Of an application in mode `dev`: published while it is, and never believed by an endpoint. */
  | 'development_token'
export type KeyAlgorithm = 'EdDSA' | 'ES256' | 'RS256' | 'PS256'

export type SigningKeyRow = {
  app_id: string
  purpose: KeyPurpose
  alg: KeyAlgorithm
  /** 1, 2, 3 … */
  generation: number
  kid: string
  /** JSON. */
  public_jwk: string
  /** JSON, sealed with the master key. */
  sealed_private_jwk: string
  created_at: number
  activates_at: number
}

export type SigningKeyTables = { signing_keys: SigningKeyRow }

export const signingKeyMigrations: readonly Migration[] = [
  {
    name: 'signing-keys/001-create',
    up: [
      `create table signing_keys (
        app_id text not null, purpose text not null, alg text not null, generation bigint not null, kid text not null,
        public_jwk text not null, sealed_private_jwk text not null, created_at bigint not null, activates_at bigint not null,
        primary key (app_id, purpose, alg, generation))`,
      'create unique index signing_keys_kid on signing_keys (app_id, kid)',
    ],
  },
]
