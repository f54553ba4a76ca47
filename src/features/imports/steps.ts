import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { checkCanaries } from '../../core/imports/canaries.ts'
import {
  cancelImport,
  pauseImport,
  resumeImport,
  rollBackImport,
  type Stepped,
  startImport,
} from '../../core/imports/steps.ts'
import { findImport } from '../../core/imports/store.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { canaryResults, IMPORT_PATH, importFailure, importParams, importResponse, TAG, viewImport } from './view.ts'

export const start = endpoint({
  method: 'POST',
  path: `${IMPORT_PATH}/start`,
  audience: 'management',
  operationId: 'startImport',
  permission: 'imports:write',
  tag: TAG,
  summary: 'Load what was received. No more lines are taken',
  access: managementKey,
  params: importParams,
  body: z
    .object({
      file_sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits in lower case')
        .optional()
        .meta({ description: 'Of the file that you read, for the report.' }),
    })
    .optional(),
  response: importResponse,
  failures: [universal.invalid_request, notFound, importFailure.import_state],

  async handle({ app, params, body, fail }, deps) {
    const stepped = await startImport(deps, app.id, params.importID, body?.file_sha256)
    if (stepped.kind === 'unknown') return fail(notFound)
    if (stepped.kind === 'state') return fail(importFailure.import_state, stateOf(stepped))
    return { body: { import: viewImport(stepped.row) } }
  },
})

const stateOf = ({ status }: { status: string }) => ({ message: `The import is ${status}.` })

const step = (
  name: string,
  operationId: string,
  summary: string,
  act: (deps: Deps, appId: string, id: string) => Promise<Stepped>,
) =>
  endpoint({
    method: 'POST',
    path: `${IMPORT_PATH}/${name}`,
    audience: 'management',
    operationId,
    permission: 'imports:write',
    tag: TAG,
    summary,
    access: managementKey,
    params: importParams,
    response: importResponse,
    failures: [universal.invalid_request, notFound, importFailure.import_state],

    async handle({ app, params, fail }, deps) {
      const stepped = await act(deps, app.id, params.importID)
      if (stepped.kind === 'unknown') return fail(notFound)
      if (stepped.kind === 'state') return fail(importFailure.import_state, stateOf(stepped))
      return { body: { import: viewImport(stepped.row) } }
    },
  })

export const verify = endpoint({
  method: 'POST',
  path: `${IMPORT_PATH}/verify`,
  audience: 'management',
  operationId: 'verifyImport',
  permission: 'imports:write',
  tag: TAG,
  summary: 'Try now whether the test accounts of an import can log in',
  access: managementKey,
  params: importParams,
  response: z.object({ canaries: canaryResults }).meta({ id: 'ImportVerification' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await findImport(deps.db, app.id, params.importID)) ?? fail(notFound)
    return { body: { canaries: await checkCanaries(deps, row) } }
  },
})

export const steps = [
  step('pause', 'pauseImport', 'Stop loading until it is resumed. The batch under way is still loaded', pauseImport),
  step('resume', 'resumeImport', 'Go on loading', resumeImport),
  step('cancel', 'cancelImport', 'End an import. What it has loaded stays until it is rolled back', cancelImport),
  step(
    'rollback',
    'rollBackImport',
    'Delete the users whom an import made, unless they have logged in or were changed since. Those are listed as `kept`',
    rollBackImport,
  ),
]
