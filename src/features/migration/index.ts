import { migrationSettings } from '../../core/legacy-users/settings.ts'
import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { keep } from './keep.ts'
import { management, progress } from './management.ts'
import { migrate } from './migrate.ts'
import { keyUrlsOf, refreshReadingOf } from './presets.ts'
import { refreshBox } from './refreshing.ts'
import { box as secretsBox } from './secrets.ts'
import { deleteOldRefreshes, deleteOldSessions, migrationConfigs } from './store.ts'
import { migrationMigrations } from './tables.ts'
import { tryToken } from './try.ts'

export const migrationFeature: Feature = {
  name: 'migration',
  endpoints: [migrate, ...management, progress, keep, tryToken],
  settings: [migrationSettings],
  migrations: migrationMigrations,
  jobs: [sweepJob('migrated-sessions', deleteOldSessions), sweepJob('migration-refreshes', deleteOldRefreshes)],
  tables: [
    ['migration_configs', 'app_id'],
    ['migration_failures', 'reason'],
    ['migrated_sessions', 'session_key'],
    ['migration_refreshes', 'token_hash'],
  ],
  async outboundUrls(deps, appId) {
    const config = (await migrationConfigs.find(deps.db, appId))?.config
    if (!config) return []
    if (config.mode === 'hook') return [config.session_validation_url]
    return [...keyUrlsOf(config), refreshReadingOf(config)?.tokenEndpoint ?? []].flat()
  },
  sealed: [
    {
      table: 'migration_configs',
      column: 'config',
      key: ['app_id'],
      box: secretsBox,
      member: 'sealed_secrets',
      context: ({ app_id }) => String(app_id),
    },
    {
      table: 'migration_refreshes',
      column: 'sealed',
      key: ['app_id', 'token_hash'],
      box: refreshBox,
      context: ({ app_id, token_hash }) => `${app_id}/${token_hash}`,
    },
  ],
}
