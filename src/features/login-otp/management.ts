import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { TEMPLATE_NAME } from '../../core/messages/template.ts'
import { scopeName } from '../../core/scopes/scope.ts'
import {
  deleteOtpConfig,
  findStoredOtpConfig,
  insertOtpConfig,
  listOtpConfigs,
  putOtpDefault,
  type StoredOtpConfig,
  updateOtpConfig,
} from '../../core/verifications/config-store.ts'
import { DEFAULT_CODE_SIZE } from '../../core/verifications/configs.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'

const PATH = '/v2/session/apps/{appID}/config/login/otp'
const TAG = 'Config - Login OTP'

const params = z.object({ appID: z.string() })
const configParams = z.object({ appID: z.string(), loginConfigID: z.string() })

/** Each login by code looks through all of them. */
const MAX_CONFIGS = 100

const failure = failures({
  too_many_login_configs: ['conflict', `An application has at most ${MAX_CONFIGS} configurations of login by code.`],
})

const PASSWORD_SCOPE = 'prld:pwd:write'

const request = z
  .object({
    config_type: z.literal('otp').optional(),
    channel_type: z.enum(['sms', 'email']),
    is_default: z.boolean().optional().meta({
      description: 'Whether logins that name no configuration use it. Left out: if the channel has no default yet.',
    }),
    template_id: z
      .string()
      .regex(TEMPLATE_NAME, 'must be 1 to 64 of a-z, 0-9, _ and -')
      .nullish()
      .meta({ description: 'Name of the application’s own message template; `otp` without.' }),
    sender_id: z
      .string()
      .max(64)
      .nullish()
      .meta({ description: 'Name or number that messages come from, where the provider lets us choose.' }),
    granted_scopes: z.array(scopeName).max(50).default([]).meta({
      description:
        'Scopes that a session opened by this configuration has, as long as it lives; those of the account itself (`prld:…`) for ten minutes.',
    }),
    grant_change_password: z
      .boolean()
      .optional()
      .meta({ description: `Older form of the granted scope \`${PASSWORD_SCOPE}\`.`, deprecated: true }),
    code_size: z.int().min(4).max(8).default(DEFAULT_CODE_SIZE).meta({ description: 'Digits of a code.' }),
  })
  .meta({ id: 'OtpLoginConfigInput' })

const config = z
  .object({
    id: z.string(),
    config_type: z.literal('otp'),
    channel_type: z.enum(['sms', 'email']),
    is_default: z.boolean(),
    template_id: z.string().optional(),
    sender_id: z.string().optional(),
    granted_scopes: z.array(z.string()),
    code_size: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'OtpLoginConfig' })

const configResponse = z.object({ login_config: config }).meta({ id: 'OtpLoginConfigResponse' })

const view = (row: StoredOtpConfig): z.input<typeof config> => ({
  id: row.id,
  config_type: 'otp',
  channel_type: row.channel_type,
  is_default: row.is_default,
  ...(row.template_id !== null && { template_id: row.template_id }),
  ...(row.sender_id !== null && { sender_id: row.sender_id }),
  granted_scopes: JSON.parse(row.granted_scopes),
  code_size: row.code_size,
  created_at: rfc3339(row.created_at),
  updated_at: rfc3339(row.updated_at),
})

function columnsOf(body: z.output<typeof request>) {
  const older = body.grant_change_password ? [PASSWORD_SCOPE] : []
  return {
    channel_type: body.channel_type,
    template_id: body.template_id ?? null,
    sender_id: body.sender_id ?? null,
    granted_scopes: JSON.stringify([...new Set([...body.granted_scopes, ...older])]),
    code_size: body.code_size,
  }
}

export const listConfigs = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listLoginOtpConfigs',
  permission: 'config:read',
  tag: TAG,
  summary: 'List the configurations of login by code, oldest first',
  access: managementKey,
  params,
  response: z.object({ login_configs: z.array(config) }).meta({ id: 'OtpLoginConfigsResponse' }),
  failures: [],

  async handle({ app }, deps) {
    return { body: { login_configs: (await listOtpConfigs(deps.db, app.id)).map(view) } }
  },
})

export const createConfig = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createLoginOtpConfig',
  permission: 'config:write',
  tag: TAG,
  summary: 'Add a configuration of login by code. A new default takes the place of the channel’s default',
  access: managementKey,
  params,
  body: request,
  response: configResponse,
  status: 201,
  failures: [universal.invalid_request, failure.too_many_login_configs],

  async handle({ app, body, fail }, deps) {
    const now = deps.now()
    const row = { app_id: app.id, id: newId('lcfg', deps), ...columnsOf(body), created_at: now, updated_at: now }
    const stored = await deps.transact(async (tx) => {
      // Two at once may make one too many, which harms nobody.
      if ((await listOtpConfigs(tx, app.id)).length >= MAX_CONFIGS) return undefined
      await insertOtpConfig(tx, row)
      await putOtpDefault(tx, row, body.is_default)
      const stored = await findStoredOtpConfig(tx, app.id, row.id)
      tellChange(deps, { target: { loginConfigID: row.id }, after: stored && view(stored) })
      return stored
    })
    return stored ? { body: { login_config: view(stored) } } : fail(failure.too_many_login_configs)
  },
})

export const replaceConfig = endpoint({
  method: 'PUT',
  path: `${PATH}/{loginConfigID}`,
  audience: 'management',
  operationId: 'updateLoginOtpConfig',
  permission: 'config:write',
  tag: TAG,
  summary: 'Replace a configuration of login by code',
  access: managementKey,
  params: configParams,
  body: request,
  response: configResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, params: { loginConfigID: id }, body, fail }, deps) {
    const columns = { ...columnsOf(body), updated_at: deps.now() }
    const stored = await deps.transact(async (tx) => {
      const before = await findStoredOtpConfig(tx, app.id, id)
      if (!(await updateOtpConfig(tx, app.id, id, columns))) return undefined
      await putOtpDefault(tx, { app_id: app.id, id, channel_type: body.channel_type }, body.is_default)
      const after = await findStoredOtpConfig(tx, app.id, id)
      tellChange(deps, { before: before && view(before), after: after && view(after) })
      return after
    })
    return stored ? { body: { login_config: view(stored) } } : fail(notFound)
  },
})

export const removeConfig = endpoint({
  method: 'DELETE',
  path: `${PATH}/{loginConfigID}`,
  audience: 'management',
  operationId: 'deleteLoginOtpConfig',
  permission: 'config:write',
  tag: TAG,
  summary: 'Remove a configuration of login by code. Codes on their way stay good',
  access: managementKey,
  params: configParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, params: { loginConfigID: id }, fail }, deps) {
    const deleted = await deps.transact(async (tx) => {
      const before = await findStoredOtpConfig(tx, app.id, id)
      tellChange(deps, { before: before && view(before) })
      return await deleteOtpConfig(tx, app.id, id)
    })
    return deleted ? {} : fail(notFound)
  },
})
