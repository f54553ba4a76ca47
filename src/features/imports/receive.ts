import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { canaries, importOptions } from '../../core/imports/options.ts'
import { appendLines, MAX_CHUNK_BYTES, openImport } from '../../core/imports/steps.ts'
import { bytes, endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import {
  IMPORT_PATH,
  IMPORTS_PATH,
  importFailure,
  importParams,
  importResponse,
  importsParams,
  TAG,
  viewImport,
} from './view.ts'

export const create = endpoint({
  method: 'POST',
  path: IMPORTS_PATH,
  audience: 'management',
  operationId: 'createImport',
  permission: 'imports:write',
  tag: TAG,
  summary: 'Begin an import of users from a file. Send its lines next',
  access: managementKey,
  params: importsParams,
  body: importOptions
    .extend({
      source: z.string().min(1).max(64).meta({ description: 'What the file came from: `auth0`.' }),
      canaries: canaries.default([]).meta({
        description:
          'Test accounts of the legacy system and their passwords, which are kept sealed for 30 days and tried against the hashes that came over: at the end, every night, and when asked to. No real person’s.',
      }),
    })
    .meta({ id: 'CreateImportRequest' }),
  response: importResponse,
  status: 201,
  failures: [universal.invalid_request, importFailure.too_many_imports],

  async handle({ app, body, fail }, deps) {
    const { source, canaries, ...options } = body
    const opened = await openImport(deps, app.id, { source, options, canaries })
    if (opened.kind === 'too_many') return fail(importFailure.too_many_imports)
    return { body: { import: viewImport(opened.row) } }
  },
})

const OFFSET = 'upload-offset'

export const putLines = endpoint({
  method: 'PUT',
  path: `${IMPORT_PATH}/lines`,
  audience: 'management',
  operationId: 'putImportLines',
  permission: 'imports:write',
  audit: { none: 'they are not loaded before the import is started, which is in the log' },
  tag: TAG,
  summary: 'Send the next bytes of the file: NDJSON in UTF-8, one user a line. The same call again changes nothing',
  access: managementKey,
  params: importParams,
  query: z.object({
    offset: z.coerce.number().int().min(0).default(0).meta({
      description: 'Where in the file the bytes begin: how many were received before.',
    }),
  }),
  body: bytes,
  upload: { mediaType: 'application/x-ndjson', maxBytes: MAX_CHUNK_BYTES },
  response: z.object({ received_bytes: z.int() }).meta({ id: 'ImportLinesResponse' }),
  failures: [
    universal.invalid_request,
    notFound,
    importFailure.import_state,
    importFailure.import_offset,
    importFailure.import_too_large,
  ],

  async handle({ app, params, query, body, fail }, deps) {
    const appended = await appendLines(deps, app.id, params.importID, query.offset, body)
    switch (appended.kind) {
      case 'appended':
        return { body: { received_bytes: appended.receivedBytes } }
      case 'elsewhere':
        return fail(importFailure.import_offset, { headers: { [OFFSET]: String(appended.receivedBytes) } })
      case 'closed':
        return fail(importFailure.import_state)
      case 'too_large':
        return fail(importFailure.import_too_large)
      case 'unknown':
        return fail(notFound)
    }
  },
})
