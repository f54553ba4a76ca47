import { z } from 'zod'
import { configEndpoints, takeWhole } from '../../core/configs/endpoints.ts'
import { type PasswordConfig, passwordConfig } from '../../core/passwords/config.ts'
import { passwordConfigs } from '../../core/passwords/store.ts'
import type { Deps } from '../../platform/deps.ts'
import { failures } from '../../platform/failure.ts'

const failure = failures({
  password_config_already_exists: ['conflict', 'The application has a password configuration. Replace it with PUT.'],
})

const bucket = z.object({ ttl: z.int(), limit: z.int() })
const configResponse = z
  .object({
    config: z.object({
      hash_method: z.enum(['argon2id', 'bcrypt']),
      enabled: z.boolean(),
      rate_limit_login_ip: bucket,
      rate_limit_login_identifier: bucket,
      password_compliancy: z.object({
        min_length: z.int(),
        max_length: z.int(),
        uppercase: z.int(),
        lowercase: z.int(),
        numbers: z.int(),
        symbols: z.int(),
      }),
      sign_up_enabled: z.boolean(),
      reveal_password_not_set: z.boolean(),
      refuse_common: z.boolean(),
      argon2: z.object({ memory_kib: z.int(), iterations: z.int() }),
      breached_lookup: z.object({ enabled: z.boolean(), range_url: z.string() }),
      password_validation_url: z.string().optional(),
      created_at: z.iso.datetime(),
      updated_at: z.iso.datetime(),
    }),
  })
  .meta({ id: 'LoginPasswordConfigResponse' })

/** What is wrong with a configuration besides its shape. */
function problemOf({ breached_lookup, password_validation_url }: PasswordConfig, { config }: Deps): string | undefined {
  if (config.allowPrivateHooks) return undefined
  if (!isHttps(breached_lookup.range_url)) return 'body.breached_lookup.range_url: is no https URL'
  const isSafe = password_validation_url === undefined || isHttps(password_validation_url)
  return isSafe ? undefined : 'body.password_validation_url: is no https URL'
}

const isHttps = (url: string) => URL.parse(url)?.protocol === 'https:'

export const management = configEndpoints({
  store: passwordConfigs,
  path: '/v2/session/apps/{appID}/config/login/password',
  tag: 'Config - Login Password',
  name: 'LoginPassword',
  summaries: {
    create: 'Configure login by password',
    read: 'Read the configuration of login by password',
    replace: 'Replace the configuration of login by password. Passwords that are set stay',
    remove: 'End login by password. Passwords that are set stay, and nobody is logged out',
  },
  body: passwordConfig,
  response: configResponse,
  alreadyExists: failure.password_config_already_exists,
  take: takeWhole(problemOf),
})
