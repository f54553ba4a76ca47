import { z } from 'zod'
import { actorOfKey } from '../../core/access/actor.ts'
import { accessFailure, notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { endApiKey, listApiKeys, MAX_API_KEYS } from '../../core/applications/api-keys.ts'
import { findExcess, limitsOf } from '../../core/applications/key-limits.ts'
import { makeApiKey, newApiKey, rotateApiKey } from '../../core/applications/make-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { expiresAtInput, keyView, limitsInput, viewOfKey } from './key-wire.ts'
import { APP_PATH, appParams, TAG } from './view.ts'

const failure = failures({
  too_many_keys: ['conflict', `An application has at most ${MAX_API_KEYS} management keys. Revoke one first.`],
  key_already_rotated: ['conflict', 'This key was rotated already: `replaced_by` names the key that takes its place.'],
})
const { insufficient_permissions } = accessFailure

const params = appParams.extend({ keyID: z.string() })

const beyond = (excess: string) => ({ message: `A management key cannot give what it has not: ${excess}.` })

const PAST = { message: 'body.expires_at: is not in the future' }

export const listKeys = endpoint({
  method: 'GET',
  path: `${APP_PATH}/keys`,
  audience: 'management',
  operationId: 'listKeys',
  permission: 'keys:read',
  tag: TAG,
  summary: 'List the live management keys of an application, oldest first',
  access: managementKey,
  params: appParams,
  response: z.object({ keys: z.array(keyView) }).meta({ id: 'ListKeysResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const keys = await listApiKeys(deps.db, app.id, deps.now())
    return { body: { keys: keys.map(viewOfKey) } }
  },
})

export const createKey = endpoint({
  method: 'POST',
  path: `${APP_PATH}/keys`,
  audience: 'management',
  operationId: 'createKey',
  permission: 'keys:write',
  sudo: true,
  tag: TAG,
  summary: 'Make a management key for an application. It is shown this once',
  access: managementKey,
  params: appParams,
  body: z
    .object({
      name: z.string().trim().min(1).max(100),
      ...limitsInput,
      expires_at: expiresAtInput.meta({ description: 'Default: when the key of this call expires, if it does.' }),
    })
    .meta({ id: 'CreateKeyRequest' }),
  response: z.object({ key: keyView, management_key: z.string() }).meta({ id: 'CreateKeyResponse' }),
  status: 201,
  failures: [universal.invalid_request, insufficient_permissions, failure.too_many_keys],

  async handle({ app, key, body, fail }, deps) {
    const { name, permissions, allowed_networks: allowedNetworks, expires_at: expiresAt } = body
    if (expiresAt !== undefined && expiresAt <= deps.now()) return fail(universal.invalid_request, PAST)
    const limits = limitsOf(key, { permissions, allowedNetworks, expiresAt })
    const excess = findExcess(key, limits)
    if (excess !== undefined) return fail(insufficient_permissions, beyond(excess))
    const { secret, hash } = newApiKey(deps, app.mode)
    const order = { ...limits, appId: app.id, name, createdBy: actorOfKey(key), hash }
    const made = await deps.transact(async (tx) => {
      const outcome = await makeApiKey(tx, deps, order)
      if (outcome.kind === 'made')
        tellChange(deps, { target: { keyID: outcome.key.id }, after: viewOfKey(outcome.key) })
      return outcome
    })
    if (made.kind === 'too_many') return fail(failure.too_many_keys)
    return { body: { key: viewOfKey(made.key), management_key: secret } }
  },
})

const DAY_SECONDS = 86_400
const MAX_OVERLAP_SECONDS = 30 * DAY_SECONDS

export const rotateKey = endpoint({
  method: 'POST',
  path: `${APP_PATH}/keys/{keyID}/rotate`,
  audience: 'management',
  operationId: 'rotateKey',
  permission: 'keys:write',
  sudo: true,
  tag: TAG,
  summary: 'Make a key in the place of another, which goes on working for a while. The new one is shown this once',
  access: managementKey,
  params,
  body: z
    .object({
      overlap_seconds: z
        .int()
        .min(0)
        .max(MAX_OVERLAP_SECONDS)
        .default(DAY_SECONDS)
        .meta({ description: 'How long the old key goes on working; 0 ends it at once.' }),
      expires_at: expiresAtInput.meta({ description: 'Of the new key. Default: that of the old one.' }),
    })
    .prefault({})
    .meta({ id: 'RotateKeyRequest' }),
  response: z.object({ key: keyView, management_key: z.string(), previous: keyView }).meta({ id: 'RotateKeyResponse' }),
  status: 201,
  failures: [
    universal.invalid_request,
    notFound,
    insufficient_permissions,
    failure.too_many_keys,
    failure.key_already_rotated,
  ],

  async handle({ app, key, params, body, fail }, deps) {
    const { overlap_seconds, expires_at: expiresAt } = body
    if (expiresAt !== undefined && expiresAt <= deps.now()) return fail(universal.invalid_request, PAST)
    const { secret, hash } = newApiKey(deps, app.mode)
    const rotation = { overlapMs: overlap_seconds * 1000, expiresAt, createdBy: actorOfKey(key), hash }
    const old = { appId: app.id, id: params.keyID }
    const rotated = await deps.transact(async (tx) => {
      const outcome = await rotateApiKey(tx, deps, old, key, rotation)
      if (outcome.kind === 'rotated') tellChange(deps, { after: viewOfKey(outcome.previous) })
      return outcome
    })
    if (rotated.kind === 'unknown') return fail(notFound)
    if (rotated.kind === 'rotated_already') return fail(failure.key_already_rotated)
    if (rotated.kind === 'too_many') return fail(failure.too_many_keys)
    if (rotated.kind === 'excess') return fail(insufficient_permissions, beyond(rotated.excess))
    const { previous } = rotated
    return { body: { key: viewOfKey(rotated.key), management_key: secret, previous: viewOfKey(previous) } }
  },
})

export const deleteKey = endpoint({
  method: 'DELETE',
  path: `${APP_PATH}/keys/{keyID}`,
  audience: 'management',
  operationId: 'deleteKey',
  permission: 'keys:write',
  sudo: true,
  tag: TAG,
  summary: 'Revoke a management key, at once; the key of this very call too',
  access: managementKey,
  params,
  response: noContent,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const ended = await deps.transact((tx) => endApiKey(tx, app.id, params.keyID, deps.now()))
    return ended ? {} : fail(notFound)
  },
})
