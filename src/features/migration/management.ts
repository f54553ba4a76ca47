import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { countUsers } from '../../core/users/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { type MigrationConfig, migrationConfig } from './config.ts'
import { readingOf } from './presets.ts'
import { listFailures, migrationConfigs } from './store.ts'

const failure = failures({
  migration_config_already_exists: ['conflict', 'The application has a migration configuration. Replace it with PUT.'],
})

const PATH = '/v2/session/apps/{appID}/config/migration'
const TAG = 'Config - Migration'

const params = z.object({ appID: z.string() })
const times = { created_at: z.iso.datetime(), updated_at: z.iso.datetime() }
const configResponse = z
  .object({
    config: z.looseObject({ mode: z.enum(['hook', 'jwt']), session_validation_url: z.string().optional(), ...times }),
  })
  .meta({ id: 'MigrationConfigResponse' })

const view = (config: MigrationConfig, createdAt: number, updatedAt: number) => ({
  config: { ...config, created_at: rfc3339(createdAt), updated_at: rfc3339(updatedAt) },
})

/** What is wrong with a configuration besides its shape. */
function problemOf(config: MigrationConfig, deps: Deps): string | undefined {
  if (config.mode === 'hook') return problemOfUrl('session_validation_url', config.session_validation_url, deps)
  const { jwksUrl, audienceRequired } = readingOf(config)
  if (!jwksUrl) return 'body.jwks_url: is required for this preset'
  if (audienceRequired && !config.audience) return 'body.audience: is required for this preset'
  return problemOfUrl(config.jwks_url ? 'jwks_url' : 'issuer', jwksUrl, deps)
}

function problemOfUrl(member: string, url: string, { config }: Deps): string | undefined {
  const protocols = config.allowPrivateHooks ? ['https:', 'http:'] : ['https:']
  return protocols.includes(URL.parse(url)?.protocol ?? '') ? undefined : `body.${member}: is no https URL`
}

export const create = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createMigrationConfig',
  tag: TAG,
  summary: 'Say how legacy sessions are validated: by a hook of yours, or by the legacy tokens themselves',
  access: managementKey,
  params,
  body: migrationConfig,
  response: configResponse,
  status: 201,
  failures: [universal.invalid_request, failure.migration_config_already_exists],

  async handle({ app, body, fail }, deps) {
    const problem = problemOf(body, deps)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const now = deps.now()
    const inserted = await deps.transact((tx) => migrationConfigs.insert(tx, app.id, body, now))
    return inserted ? { body: view(body, now, now) } : fail(failure.migration_config_already_exists)
  },
})

export const read = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'getMigrationConfig',
  tag: TAG,
  summary: 'Read the migration configuration',
  access: managementKey,
  params,
  response: configResponse,
  failures: [notFound],

  async handle({ app, fail }, deps) {
    const stored = await migrationConfigs.find(deps.db, app.id)
    return stored ? { body: view(stored.config, stored.createdAt, stored.updatedAt) } : fail(notFound)
  },
})

export const replace = endpoint({
  method: 'PUT',
  path: PATH,
  audience: 'management',
  operationId: 'updateMigrationConfig',
  tag: TAG,
  summary: 'Replace the migration configuration',
  access: managementKey,
  params,
  body: migrationConfig,
  response: configResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, body, fail }, deps) {
    const problem = problemOf(body, deps)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const now = deps.now()
    const createdAt = await deps.transact((tx) => migrationConfigs.update(tx, app.id, body, now))
    return createdAt === undefined ? fail(notFound) : { body: view(body, createdAt, now) }
  },
})

export const remove = endpoint({
  method: 'DELETE',
  path: PATH,
  audience: 'management',
  operationId: 'deleteMigrationConfig',
  tag: TAG,
  summary: 'End migration: legacy sessions are refused from now on',
  access: managementKey,
  params,
  response: noContent,
  failures: [notFound],

  async handle({ app, fail }, deps) {
    const deleted = await deps.transact((tx) => migrationConfigs.delete(tx, app.id))
    return deleted ? {} : fail(notFound)
  },
})

export const progress = endpoint({
  method: 'GET',
  path: `${PATH}/progress`,
  audience: 'management',
  operationId: 'getMigrationProgress',
  tag: TAG,
  summary: 'How far the migration is: users known, users migrated, failures by reason',
  access: managementKey,
  params,
  response: z
    .object({
      progress: z.object({
        users_known: z.int(),
        users_migrated: z.int().meta({ description: 'Users whose legacy session has been exchanged at least once.' }),
        failures: z.array(z.object({ reason: z.string(), count: z.int(), last_at: z.iso.datetime() })),
      }),
    })
    .meta({ id: 'MigrationProgressResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const { known, migrated } = await countUsers(deps.db, app.id)
    const rows = await listFailures(deps.db, app.id)
    const counted = rows.map(({ reason, count, last_at }) => ({ reason, count, last_at: rfc3339(last_at) }))
    return { body: { progress: { users_known: known, users_migrated: migrated, failures: counted } } }
  },
})
