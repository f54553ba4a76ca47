import { z } from 'zod'
import { configEndpoints, takeWhole } from '../../core/configs/endpoints.ts'
import { findConfigProblem, type StepUpConfig, stepUpConfigShape } from '../../core/step-up/config.ts'
import { stepUpConfigs } from '../../core/step-up/store.ts'
import type { Deps } from '../../platform/deps.ts'
import { stepUpFailure } from './failures.ts'

const configResponse = z
  .object({
    config: z.object({
      ...stepUpConfigShape.shape,
      created_at: z.iso.datetime(),
      updated_at: z.iso.datetime(),
    }),
  })
  .meta({ id: 'StepUpConfigResponse' })

const problemOf = (config: StepUpConfig, deps: Deps) =>
  findConfigProblem(config, deps.config.allowPrivateHooks ? ['https:', 'http:'] : ['https:'])

export const management = configEndpoints({
  store: stepUpConfigs,
  path: '/v2/session/apps/{appID}/config/stepup',
  tag: 'Config - Step-up',
  name: 'StepUp',
  summaries: {
    create: 'Say which scopes users may get by step-up, and for which proof',
    read: 'Read the step-up configuration',
    replace: 'Replace the step-up configuration. Challenges under way keep their steps',
    remove: 'End step-up: no scope is granted by it from now on, but for challenges that need no custom step any more',
  },
  body: stepUpConfigShape,
  response: configResponse,
  alreadyExists: stepUpFailure.step_up_config_already_exists,
  take: takeWhole(problemOf),
})
