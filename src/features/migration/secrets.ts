import { z } from 'zod'
import { deriveKey } from '../../crypto/hash.ts'
import { open, seal } from '../../crypto/sealed-box.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { JwtConfig } from './config.ts'

const secretsShape = z.object({ secret: z.string().optional(), client_secret: z.string().optional() })

/** What a configuration keeps to itself. */
export type MigrationSecrets = z.output<typeof secretsShape>

const box = resident((deps: Deps) => deriveKey(deps.config.masterKey, 'migration-secrets'))

export const sealSecrets = (deps: Deps, appId: string, secrets: MigrationSecrets): string =>
  seal(box(deps), appId, JSON.stringify(secrets), deps.random)

/** Throws when they were sealed with another master key: what they would verify then is neither good nor bad. */
export function openSecrets(deps: Deps, appId: string, { sealed_secrets }: JwtConfig): MigrationSecrets {
  if (sealed_secrets === undefined) return {}
  const opened = open(box(deps), appId, sealed_secrets)
  if (!opened) throw new Error('the secrets of a migration do not open with this master key')
  return secretsShape.parse(JSON.parse(opened.toString('utf8')))
}

/** The bytes that sign. Undefined for what is no base64, where that is wanted. */
export function secretBytes(
  secret: string,
  { secret_encoding }: Pick<JwtConfig, 'secret_encoding'>,
): Buffer | undefined {
  if (secret_encoding !== 'base64') return Buffer.from(secret, 'utf8')
  return /^[\w+/-]+={0,2}$/.test(secret) ? Buffer.from(secret, 'base64') : undefined
}
