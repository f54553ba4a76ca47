import { migrationSettings } from '../../core/legacy-users/settings.ts'
import type { Feature } from '../../platform/feature.ts'
import { management, progress } from './management.ts'
import { migrate } from './migrate.ts'
import { readingOf } from './presets.ts'
import { migrationConfigs } from './store.ts'
import { migrationMigrations } from './tables.ts'

export const migrationFeature: Feature = {
  name: 'migration',
  endpoints: [migrate, ...management, progress],
  settings: [migrationSettings],
  migrations: migrationMigrations,
  tables: [
    ['migration_configs', 'app_id'],
    ['migration_failures', 'reason'],
  ],
  async outboundUrls(deps, appId) {
    const config = (await migrationConfigs.find(deps.db, appId))?.config
    const url = config?.mode === 'hook' ? config.session_validation_url : config && readingOf(config).jwksUrl
    return url === undefined ? [] : [url]
  },
}
