import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import { sealing } from '../../platform/key-set.ts'
import type { JwtConfig } from './config.ts'

const secretsShape = z.object({ secret: z.string().optional(), client_secret: z.string().optional() })

/** What a configuration keeps to itself. */
export type MigrationSecrets = z.output<typeof secretsShape>

export const box = sealing('migration-secrets')

export const sealSecrets = (deps: Deps, appId: string, secrets: MigrationSecrets): string =>
  box.seal(deps, appId, JSON.stringify(secrets))

/** Throws when they were sealed with another master key: what they would verify then is neither good nor bad. */
export function openSecrets(deps: Deps, appId: string, { sealed_secrets }: JwtConfig): MigrationSecrets {
  if (sealed_secrets === undefined) return {}
  const opened = box.open(deps, appId, sealed_secrets)
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
