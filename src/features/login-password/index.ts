import { passwordConfigs } from '../../core/passwords/store.ts'
import type { Feature } from '../../platform/feature.ts'
import { login } from './login.ts'
import { management } from './management.ts'
import { secrets } from './secrets.ts'
import { signUp } from './sign-up.ts'
import { loginPasswordMigrations } from './tables.ts'

export const loginPasswordFeature: Feature = {
  name: 'login-password',
  endpoints: [login, signUp, ...management, ...secrets],
  migrations: loginPasswordMigrations,
  tables: [['password_known_places', 'place']],
  async outboundUrls(deps, appId) {
    const config = (await passwordConfigs.find(deps.db, appId))?.config
    const lookup = config?.breached_lookup
    const urls = [lookup?.enabled ? lookup.range_url : undefined, config?.password_validation_url]
    return urls.filter((url) => url !== undefined)
  },
}
