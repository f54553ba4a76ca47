import type { Feature } from '../../platform/feature.ts'
import { checkWebLogin, startWebLogin } from './login.ts'
import { createConfig, listConfigs, removeConfig, replaceConfig } from './management.ts'
import { check, start } from './otp.ts'
import { retry, retryWebLogin } from './retry.ts'

export const loginOtpFeature: Feature = {
  name: 'login-otp',
  endpoints: [
    start,
    check,
    retry,
    startWebLogin,
    checkWebLogin,
    retryWebLogin,
    listConfigs,
    createConfig,
    replaceConfig,
    removeConfig,
  ],
}
