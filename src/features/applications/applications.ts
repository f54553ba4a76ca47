import { z } from 'zod'
import { actorOfKey } from '../../core/access/actor.ts'
import { notFound } from '../../core/access/failures.ts'
import { instanceKey, managementKey } from '../../core/access/management-key.ts'
import { APPLICATION_ID } from '../../core/applications/application.ts'
import { createApplication } from '../../core/applications/create.ts'
import { directory } from '../../core/applications/directory.ts'
import { ERASE_APPLICATION, ERASE_DELAY_MS } from '../../core/applications/erase.ts'
import { limitsOf } from '../../core/applications/key-limits.ts'
import { newApiKey } from '../../core/applications/make-key.ts'
import {
  deleteApplicationHosts,
  findApplication,
  listApplicationsAfter,
  markApplicationDeleted,
} from '../../core/applications/store.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { generateInitialKeys } from '../../core/signing-keys/keyring.ts'
import { afterCommit } from '../../platform/db-context.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { nextPage, pageOf, pageQuery } from '../../platform/page.ts'
import { APP_PATH, APPS_PATH, applicationResponse, applicationView, appParams, TAG, viewOf } from './view.ts'

const failure = failures({
  application_already_exists: ['conflict', 'This application id is taken, perhaps by an application that was deleted.'],
})

export const applicationName = z.string().trim().min(1).max(100)

export const create = endpoint({
  method: 'POST',
  path: APPS_PATH,
  audience: 'management',
  operationId: 'createApplication',
  permission: 'applications:create',
  tag: TAG,
  summary: 'Create an application. Its management key is shown this once',
  access: instanceKey,
  body: z
    .object({
      id: z
        .string()
        .regex(APPLICATION_ID, 'is no DNS label of lower-case letters, digits and hyphens')
        .meta({ description: 'The first label of its host. Never changes.' }),
      name: applicationName.optional().meta({ description: 'Default: the id.' }),
      mode: z.enum(['dev', 'prod']).default('prod').meta({
        description: '`dev` allows minted tokens, a mailbox in place of delivery, and codes without a configuration.',
      }),
    })
    .meta({ id: 'CreateApplicationRequest' }),
  response: z
    .object({ application: applicationView, management_key: z.string() })
    .meta({ id: 'CreateApplicationResponse' }),
  status: 201,
  failures: [universal.invalid_request, failure.application_already_exists],

  async handle({ key, body, fail }, deps) {
    const { id, name = id, mode } = body
    const { secret, hash } = newApiKey(deps, mode)
    const firstKey = { ...limitsOf(key, {}), createdBy: actorOfKey(key), hash }
    const signingKeys = await generateInitialKeys(deps, id)
    tellChange(deps, { target: { appID: id }, after: { name, mode } })

    const app = await deps.transact(async (tx) => {
      const created = await createApplication(tx, deps, { id, name, mode, signingKeys, firstKey })
      return created ? await findApplication(tx, id) : undefined
    })

    if (!app) return fail(failure.application_already_exists)
    return { body: { application: viewOf(app), management_key: secret } }
  },
})

export const list = endpoint({
  method: 'GET',
  path: APPS_PATH,
  audience: 'management',
  operationId: 'listApplications',
  permission: 'applications:read',
  tag: TAG,
  summary: 'List the applications of the instance page by page, by id',
  access: instanceKey,
  query: z.object(pageQuery),
  response: z
    .object({ applications: z.array(applicationView), next: nextPage })
    .meta({ id: 'ListApplicationsResponse' }),
  failures: [universal.invalid_request],

  async handle({ query: { after, limit } }, deps) {
    const { rows, next } = pageOf(await listApplicationsAfter(deps.db, after, limit + 1), limit)
    return { body: { applications: rows.map(viewOf), ...next } }
  },
})

export const get = endpoint({
  method: 'GET',
  path: APP_PATH,
  audience: 'management',
  operationId: 'getApplication',
  permission: 'applications:read',
  tag: TAG,
  summary: 'Read an application',
  access: managementKey,
  params: appParams,
  response: applicationResponse,
  failures: [],

  async handle({ app }) {
    return { body: { application: viewOf(app) } }
  },
})

export const remove = endpoint({
  method: 'DELETE',
  path: APP_PATH,
  audience: 'management',
  operationId: 'deleteApplication',
  permission: 'applications:delete',
  sudo: true,
  tag: TAG,
  summary: 'Delete an application with everything in it. Its id is never given out again',
  access: instanceKey,
  params: appParams,
  response: noContent,
  failures: [notFound],

  async handle({ params, fail }, deps) {
    const id = params.appID
    const deleted = await deps.transact(async (tx) => {
      if (!(await markApplicationDeleted(tx, id, deps.now()))) return false
      await deleteApplicationHosts(tx, id)
      await enqueue(tx, deps, id, ERASE_APPLICATION, null, ERASE_DELAY_MS)
      afterCommit(() => directory(deps).forget(id))
      return true
    })
    return deleted ? {} : fail(notFound)
  },
})
