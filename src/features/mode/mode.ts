import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { changeApplication } from '../../core/applications/change.ts'
import { emit } from '../../core/events/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'

const PATH = '/v2/session/apps/{appID}/mode'
const TAG = 'Mode'

const params = z.object({ appID: z.string() })
const modeObject = z.object({ mode: z.enum(['dev', 'prod']) }).meta({ id: 'Mode' })
type Mode = z.output<typeof modeObject>['mode']

export const get = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'getMode',
  permission: 'applications:read',
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
  permission: 'applications:write',
  tag: TAG,
  summary: 'Set the application to development or to production. A change is the event `application.mode_changed`',
  access: managementKey,
  params,
  body: modeObject,
  response: noContent,
  failures: [universal.invalid_request, notFound],

  async handle({ app, byOperator, body, fail }, deps) {
    const changed = await deps.transact((tx) => changeMode(tx, deps, app.id, body.mode, byOperator))
    return changed ? {} : fail(notFound)
  },
})

/** Set the mode, with an event if that changes it. False when the application is gone. */
async function changeMode(tx: Tx, deps: Deps, appId: string, mode: Mode, byOperator: boolean): Promise<boolean> {
  let before: Mode = mode
  const changed = await changeApplication(tx, deps, appId, (app) => {
    before = app.mode
    return { mode }
  })
  if (!changed || before === mode) return changed !== undefined
  const by = byOperator ? 'instance_key' : 'application_key'
  const payload = { mode, previous_mode: before, by, changed_at: rfc3339(deps.now()) }
  await emit(tx, deps, appId, 'application.mode_changed', payload)
  return true
}
