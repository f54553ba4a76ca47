import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { configEndpoints } from '../../core/configs/endpoints.ts'
import { countFirstLogins, countUsers } from '../../core/users/store/arrivals.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { failures } from '../../platform/failure.ts'
import { type MigrationConfig, migrationConfig } from './config.ts'
import { keptKeys, viewKept } from './keep.ts'
import { listFailures, migrationConfigs } from './store.ts'
import { takeConfig } from './take.ts'
import { PATH, TAG } from './wire.ts'

const failure = failures({
  migration_config_already_exists: ['conflict', 'The application has a migration configuration. Replace it with PUT.'],
})

const params = z.object({ appID: z.string() })
const times = { created_at: z.iso.datetime(), updated_at: z.iso.datetime() }
const configResponse = z
  .object({
    config: z.looseObject({
      mode: z.enum(['hook', 'jwt']),
      session_validation_url: z.string().optional(),
      kept_keys: keptKeys.optional(),
      ...times,
    }),
  })
  .meta({ id: 'MigrationConfigResponse' })

/** Everything but the secrets, and of copies of keys that there are some. */
function shown(config: MigrationConfig): object {
  if (config.mode === 'hook') return config
  const { sealed_secrets: _, kept_keys, ...rest } = config
  return { ...rest, ...(kept_keys && { kept_keys: viewKept(kept_keys) }) }
}

export const management = configEndpoints({
  store: migrationConfigs,
  path: PATH,
  tag: TAG,
  name: 'Migration',
  summaries: {
    create: 'Say how legacy sessions are validated: by a hook of yours, or by the legacy tokens themselves',
    read: 'Read the migration configuration',
    replace: 'Replace the migration configuration',
    remove: 'End migration: legacy sessions are refused from now on',
  },
  body: migrationConfig,
  response: configResponse,
  alreadyExists: failure.migration_config_already_exists,
  take: takeConfig,
  shown,
})

export const progress = endpoint({
  method: 'GET',
  path: `${PATH}/progress`,
  audience: 'management',
  operationId: 'getMigrationProgress',
  permission: 'migration:read',
  tag: TAG,
  summary: 'How far the migration is: users known, users migrated, failures by reason',
  access: managementKey,
  params,
  response: z
    .object({
      progress: z.object({
        users_known: z.int(),
        users_migrated: z.int().meta({ description: 'Users whose legacy session has been exchanged at least once.' }),
        first_logins: z.record(z.string(), z.int()).meta({
          description:
            'By which way users came in first: `legacy`, `grace`, `password`, `code`, `passkey`, `oauth:google` …',
        }),
        failures: z.array(z.object({ reason: z.string(), count: z.int(), last_at: z.iso.datetime() })),
      }),
    })
    .meta({ id: 'MigrationProgressResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const { known, migrated } = await countUsers(deps.db, app.id)
    const first_logins = await countFirstLogins(deps.db, app.id)
    const rows = await listFailures(deps.db, app.id)
    const counted = rows.map(({ reason, count, last_at }) => ({ reason, count, last_at: rfc3339(last_at) }))
    return { body: { progress: { users_known: known, users_migrated: migrated, first_logins, failures: counted } } }
  },
})
