import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { type ApiKey, endApiKey, insertApiKey, listApiKeys, MAX_API_KEYS } from '../../core/applications/api-keys.ts'
import { newApiKey } from '../../core/applications/create.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import { APP_PATH, appParams, TAG } from './view.ts'

const failure = failures({
  too_many_keys: ['conflict', `An application has at most ${MAX_API_KEYS} management keys. Revoke one first.`],
})

const keyView = z
  .object({ id: z.string(), name: z.string(), created_at: z.iso.datetime() })
  .meta({ id: 'ManagementKey' })

const viewOf = ({ id, name, createdAt }: ApiKey) => ({ id, name, created_at: rfc3339(createdAt) })

export const listKeys = endpoint({
  method: 'GET',
  path: `${APP_PATH}/keys`,
  audience: 'management',
  operationId: 'listKeys',
  permission: 'keys:read',
  tag: TAG,
  summary: 'List the management keys of an application, oldest first',
  access: managementKey,
  params: appParams,
  response: z.object({ keys: z.array(keyView) }).meta({ id: 'ListKeysResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const rows = await listApiKeys(deps.db, app.id)
    return { body: { keys: rows.map(viewOf) } }
  },
})

export const createKey = endpoint({
  method: 'POST',
  path: `${APP_PATH}/keys`,
  audience: 'management',
  operationId: 'createKey',
  permission: 'keys:write',
  tag: TAG,
  summary: 'Make a management key for an application. It is shown this once',
  access: managementKey,
  params: appParams,
  body: z.object({ name: z.string().trim().min(1).max(100) }).meta({ id: 'CreateKeyRequest' }),
  response: z.object({ key: keyView, management_key: z.string() }).meta({ id: 'CreateKeyResponse' }),
  status: 201,
  failures: [universal.invalid_request, failure.too_many_keys],

  async handle({ app, key, body, fail }, deps) {
    const { secret, hash } = newApiKey(deps)
    const { permissions } = key
    const row = { id: newId('key', deps), appId: app.id, name: body.name, permissions, hash, createdAt: deps.now() }
    const made = await deps.transact(async (tx) => {
      // Two at once may make one too many, which harms nobody.
      if ((await listApiKeys(tx, app.id)).length >= MAX_API_KEYS) return false
      await insertApiKey(tx, row)
      return true
    })
    if (!made) return fail(failure.too_many_keys)
    return { body: { key: viewOf(row), management_key: secret } }
  },
})

export const deleteKey = endpoint({
  method: 'DELETE',
  path: `${APP_PATH}/keys/{keyID}`,
  audience: 'management',
  operationId: 'deleteKey',
  permission: 'keys:write',
  tag: TAG,
  summary: 'Revoke a management key, at once; the key of this very call too',
  access: managementKey,
  params: appParams.extend({ keyID: z.string() }),
  response: noContent,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const ended = await deps.transact((tx) => endApiKey(tx, app.id, params.keyID, deps.now()))
    return ended ? {} : fail(notFound)
  },
})
