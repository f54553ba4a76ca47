import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { findConfigProblem, type StepUpConfig, stepUpConfigShape } from '../../core/step-up/config.ts'
import { stepUpConfigs } from '../../core/step-up/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { stepUpFailure } from './failures.ts'

const PATH = '/v2/session/apps/{appID}/config/stepup'
const TAG = 'Config - Step-up'

const params = z.object({ appID: z.string() })
const configResponse = z
  .object({
    config: z.object({
      ...stepUpConfigShape.shape,
      created_at: z.iso.datetime(),
      updated_at: z.iso.datetime(),
    }),
  })
  .meta({ id: 'StepUpConfigResponse' })

const view = (config: StepUpConfig, createdAt: number, updatedAt: number) => ({
  config: { ...config, created_at: rfc3339(createdAt), updated_at: rfc3339(updatedAt) },
})

const problemOf = (config: StepUpConfig, deps: Deps) =>
  findConfigProblem(config, deps.config.allowPrivateHooks ? ['https:', 'http:'] : ['https:'])

export const create = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createStepUpConfig',
  tag: TAG,
  summary: 'Say which scopes users may get by step-up, and for which proof',
  access: managementKey,
  params,
  body: stepUpConfigShape,
  response: configResponse,
  status: 201,
  failures: [universal.invalid_request, stepUpFailure.step_up_config_already_exists],

  async handle({ app, body, fail }, deps) {
    const problem = problemOf(body, deps)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const now = deps.now()
    const inserted = await deps.transact((tx) => stepUpConfigs.insert(tx, app.id, body, now))
    return inserted ? { body: view(body, now, now) } : fail(stepUpFailure.step_up_config_already_exists)
  },
})

export const read = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'getStepUpConfig',
  tag: TAG,
  summary: 'Read the step-up configuration',
  access: managementKey,
  params,
  response: configResponse,
  failures: [notFound],

  async handle({ app, fail }, deps) {
    const stored = await stepUpConfigs.find(deps.db, app.id)
    return stored ? { body: view(stored.config, stored.createdAt, stored.updatedAt) } : fail(notFound)
  },
})

export const replace = endpoint({
  method: 'PUT',
  path: PATH,
  audience: 'management',
  operationId: 'updateStepUpConfig',
  tag: TAG,
  summary: 'Replace the step-up configuration. Challenges under way keep their steps',
  access: managementKey,
  params,
  body: stepUpConfigShape,
  response: configResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, body, fail }, deps) {
    const problem = problemOf(body, deps)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const now = deps.now()
    const createdAt = await deps.transact((tx) => stepUpConfigs.update(tx, app.id, body, now))
    return createdAt === undefined ? fail(notFound) : { body: view(body, createdAt, now) }
  },
})

export const remove = endpoint({
  method: 'DELETE',
  path: PATH,
  audience: 'management',
  operationId: 'deleteStepUpConfig',
  tag: TAG,
  summary: 'End step-up: no scope is granted by it from now on, but for challenges that need no custom step any more',
  access: managementKey,
  params,
  response: noContent,
  failures: [notFound],

  async handle({ app, fail }, deps) {
    const deleted = await deps.transact((tx) => stepUpConfigs.delete(tx, app.id))
    return deleted ? {} : fail(notFound)
  },
})
