import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { changeApplication } from '../../core/applications/change.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'

const PATH = '/v2/session/apps/{appID}/mode'
const TAG = 'Mode'

const params = z.object({ appID: z.string() })
const modeObject = z.object({ mode: z.enum(['dev', 'prod']) }).meta({ id: 'Mode' })

export const get = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'getMode',
  tag: TAG,
  summary: 'Read whether the application is in development or in production',
  access: managementKey,
  params,
  response: modeObject,
  failures: [],

  async handle({ app }) {
    return { body: { mode: app.mode } }
  },
})

export const update = endpoint({
  method: 'PUT',
  path: PATH,
  audience: 'management',
  operationId: 'updateMode',
  tag: TAG,
  summary: 'Set the application to development or to production',
  access: managementKey,
  params,
  body: modeObject,
  response: noContent,
  failures: [universal.invalid_request, notFound],

  async handle({ app, body, fail }, deps) {
    const changed = await deps.transact((tx) => changeApplication(tx, deps, app.id, () => ({ mode: body.mode })))
    return changed ? {} : fail(notFound)
  },
})
