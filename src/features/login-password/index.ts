import { passwordConfigs } from '../../core/passwords/store.ts'
import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { login } from './login.ts'
import { management } from './management.ts'
import { signUp } from './sign-up.ts'
import { deleteOldPlaces } from './store.ts'
import { loginPasswordMigrations } from './tables.ts'

const DAY_MS = 86_400_000

export const loginPasswordFeature: Feature = {
  name: 'login-password',
  endpoints: [login, signUp, ...management],
  migrations: loginPasswordMigrations,
  jobs: [sweepJob('password-known-places', (tx, now, count) => deleteOldPlaces(tx, now - 90 * DAY_MS, count))],
  tables: [['password_known_places', 'place']],
  async outboundUrls(deps, appId) {
    const lookup = (await passwordConfigs.find(deps.db, appId))?.config.breached_lookup
    return lookup?.enabled ? [lookup.range_url] : []
  },
}
