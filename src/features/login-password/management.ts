import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { type PasswordConfig, passwordConfig } from '../../core/passwords/config.ts'
import { passwordConfigs } from '../../core/passwords/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'

const failure = failures({
  password_config_already_exists: ['conflict', 'The application has a password configuration. Replace it with PUT.'],
})

const PATH = '/v2/session/apps/{appID}/config/login/password'
const TAG = 'Config - Login Password'

const params = z.object({ appID: z.string() })

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
      created_at: z.iso.datetime(),
      updated_at: z.iso.datetime(),
    }),
  })
  .meta({ id: 'LoginPasswordConfigResponse' })

const view = (config: PasswordConfig, createdAt: number, updatedAt: number) => ({
  config: { ...config, created_at: rfc3339(createdAt), updated_at: rfc3339(updatedAt) },
})

/** What is wrong with a configuration besides its shape. */
function problemOf({ breached_lookup }: PasswordConfig, { config }: Deps): string | undefined {
  if (config.allowPrivateHooks || URL.parse(breached_lookup.range_url)?.protocol === 'https:') return undefined
  return 'body.breached_lookup.range_url: is no https URL'
}

export const create = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createLoginPasswordConfig',
  tag: TAG,
  summary: 'Configure login by password',
  access: managementKey,
  params,
  body: passwordConfig,
  response: configResponse,
  status: 201,
  failures: [universal.invalid_request, failure.password_config_already_exists],

  async handle({ app, body, fail }, deps) {
    const problem = problemOf(body, deps)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const now = deps.now()
    const inserted = await deps.transact((tx) => passwordConfigs.insert(tx, app.id, body, now))
    return inserted ? { body: view(body, now, now) } : fail(failure.password_config_already_exists)
  },
})

export const read = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'getLoginPasswordConfig',
  tag: TAG,
  summary: 'Read the configuration of login by password',
  access: managementKey,
  params,
  response: configResponse,
  failures: [notFound],

  async handle({ app, fail }, deps) {
    const stored = await passwordConfigs.find(deps.db, app.id)
    return stored ? { body: view(stored.config, stored.createdAt, stored.updatedAt) } : fail(notFound)
  },
})

export const replace = endpoint({
  method: 'PUT',
  path: PATH,
  audience: 'management',
  operationId: 'updateLoginPasswordConfig',
  tag: TAG,
  summary: 'Replace the configuration of login by password. Passwords that are set stay',
  access: managementKey,
  params,
  body: passwordConfig,
  response: configResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, body, fail }, deps) {
    const problem = problemOf(body, deps)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const now = deps.now()
    const createdAt = await deps.transact((tx) => passwordConfigs.update(tx, app.id, body, now))
    return createdAt === undefined ? fail(notFound) : { body: view(body, createdAt, now) }
  },
})

export const remove = endpoint({
  method: 'DELETE',
  path: PATH,
  audience: 'management',
  operationId: 'deleteLoginPasswordConfig',
  tag: TAG,
  summary: 'End login by password. Passwords that are set stay, and nobody is logged out',
  access: managementKey,
  params,
  response: noContent,
  failures: [notFound],

  async handle({ app, fail }, deps) {
    const deleted = await deps.transact((tx) => passwordConfigs.delete(tx, app.id))
    return deleted ? {} : fail(notFound)
  },
})
