import { passwordConfigs } from '../../core/passwords/store.ts'
import type { Feature } from '../../platform/feature.ts'
import { login } from './login.ts'
import { management } from './management.ts'
import { signUp } from './sign-up.ts'
import { loginPasswordMigrations } from './tables.ts'

export const loginPasswordFeature: Feature = {
  name: 'login-password',
  endpoints: [login, signUp, ...management],
  migrations: loginPasswordMigrations,
  tables: [['password_known_places', 'place']],
  async outboundUrls(deps, appId) {
    const lookup = (await passwordConfigs.find(deps.db, appId))?.config.breached_lookup
    return lookup?.enabled ? [lookup.range_url] : []
  },
}
