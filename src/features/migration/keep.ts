import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { writeKeys } from '../../core/issuer-keys/document.ts'
import { fetchKeys } from '../../core/issuer-keys/issuer-keys.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import type { JwtConfig, MigrationConfig } from './config.ts'
import { keyUrlsOf } from './presets.ts'
import { migrationConfigs } from './store.ts'
import { PATH, TAG } from './wire.ts'

const failure = failures({
  migration_config_changed: ['conflict', 'Somebody else changed this configuration at the same time. Read it again.'],
})

export const keptKeys = z.array(
  z.object({ jwks_url: z.string(), kept_at: z.iso.datetime(), keys: z.int().meta({ description: 'How many.' }) }),
)

type Kept = NonNullable<JwtConfig['kept_keys']>

/** The copies of a configuration, as they are shown. */
export const viewKept = (kept: Kept) =>
  kept.map(({ jwks_url, kept_at, jwks }) => ({ jwks_url, kept_at: rfc3339(kept_at), keys: jwks.keys.length }))

export const keep = endpoint({
  method: 'POST',
  path: `${PATH}/keys`,
  audience: 'management',
  operationId: 'keepMigrationKeys',
  permission: 'config:write',
  tag: TAG,
  summary:
    'Keep a copy of the keys that the issuer publishes now, for when it cannot be asked any more. Used until `cut_over_at` of the configuration',
  access: managementKey,
  params: z.object({ appID: z.string() }),
  response: z.object({ kept_keys: keptKeys }).meta({ id: 'MigrationKeptKeysResponse' }),
  failures: [universal.invalid_request, notFound, failure.migration_config_changed],

  async handle({ app, fail }, deps) {
    const stored = (await migrationConfigs.find(deps.db, app.id)) ?? fail(notFound)
    const { config } = stored
    const problem = findProblem(config)
    if (config.mode === 'hook' || problem) return fail(universal.invalid_request, { message: problem ?? NO_KEYS })
    const fetched = await fetchAll(deps, keyUrlsOf(config))
    if (typeof fetched === 'string') return fail(universal.invalid_request, { message: fetched })
    const kept: JwtConfig = { ...config, kept_keys: fetched }
    const isKept = await deps.transact((tx) => migrationConfigs.swap(tx, app.id, stored, kept, deps.now()))
    return isKept ? { body: { kept_keys: viewKept(fetched) } } : fail(failure.migration_config_changed)
  },
})

const NO_KEYS = 'the configuration asks no issuer for keys'

function findProblem(config: MigrationConfig): string | undefined {
  if (config.mode === 'hook' || keyUrlsOf(config).length === 0) return NO_KEYS
  return config.cut_over_at === undefined
    ? 'the configuration has no cut_over_at, and nobody can withdraw a copy: say when it ends'
    : undefined
}

/** A copy of every key set, or which one there is none of. */
async function fetchAll(deps: Deps, urls: readonly string[]): Promise<Kept | string> {
  const kept: Kept = []
  for (const jwks_url of urls) {
    const published = await fetchKeys(deps, jwks_url)
    if (published === 'gone' || published === 'down' || published.keys.length === 0)
      return `${jwks_url} has no keys now`
    kept.push({ jwks_url, kept_at: deps.now(), jwks: { keys: writeKeys(published).keys.map((key) => ({ ...key })) } })
  }
  return kept
}
