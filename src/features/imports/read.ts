import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { readLines } from '../../core/imports/lines.ts'
import { reportOf } from '../../core/imports/progress.ts'
import { findImport, listImportedIds, listImports } from '../../core/imports/store.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { nextPage, pageOf, pageQuery } from '../../platform/page.ts'
import {
  canaryResults,
  IMPORT_PATH,
  IMPORTS_PATH,
  importParams,
  importResponse,
  importsParams,
  importView,
  outcomes,
  status,
  TAG,
  viewImport,
} from './view.ts'

export const list = endpoint({
  method: 'GET',
  path: IMPORTS_PATH,
  audience: 'management',
  operationId: 'listImports',
  permission: 'imports:read',
  tag: TAG,
  summary: 'List the imports of the application, newest first',
  access: managementKey,
  params: importsParams,
  query: z.object(pageQuery),
  response: z.object({ imports: z.array(importView), next: nextPage }).meta({ id: 'ImportsResponse' }),
  failures: [universal.invalid_request],

  async handle({ app, query }, deps) {
    const { limit, after } = query
    const { rows, next } = pageOf(await listImports(deps.db, app.id, after, limit + 1), limit)
    return { body: { imports: rows.map(viewImport), ...next } }
  },
})

export const get = endpoint({
  method: 'GET',
  path: IMPORT_PATH,
  audience: 'management',
  operationId: 'getImport',
  permission: 'imports:read',
  tag: TAG,
  summary: 'How far an import is',
  access: managementKey,
  params: importParams,
  response: importResponse,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await findImport(deps.db, app.id, params.importID)) ?? fail(notFound)
    return { body: { import: viewImport(row) } }
  },
})

/** Each may have 128 KiB, and is unsealed while others wait. */
const MAX_TEXTS = 20

export const lines = endpoint({
  method: 'GET',
  path: `${IMPORT_PATH}/lines`,
  audience: 'management',
  operationId: 'listImportLines',
  permission: 'imports:read',
  tag: TAG,
  summary:
    'The lines that were not loaded, or of which something was left out, and why; of a rollback, the users who were kept. For 30 days',
  access: managementKey,
  params: importParams,
  query: z.object({
    outcome: z.enum(['refused', 'conflict', 'skipped', 'left_out', 'kept']).default('refused'),
    cursor: z.coerce.number().int().min(0).default(0).meta({ description: 'Go on behind this line.' }),
    limit: pageQuery.limit,
    text: z.enum(['true', 'false']).default('false').meta({
      description:
        'Whether to answer each line as it was sent too, with addresses and hashes: to correct it, and send it again. Then a page has 20 lines at most.',
    }),
  }),
  response: z
    .object({
      lines: z.array(
        z.object({
          line: z.int().meta({ description: 'From 1.' }),
          offset: z.int().meta({ description: 'Of its first byte.' }),
          external_id: z.string().optional(),
          field: z.string().optional().meta({ description: 'The member that is meant: `identifiers[1].value`.' }),
          code: z.string(),
          text: z.string().optional().meta({ description: 'The line itself.' }),
        }),
      ),
      next: z.int().optional().meta({ description: 'Where the next page begins: send it as `cursor`.' }),
    })
    .meta({ id: 'ImportLinesPage' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, query, fail }, deps) {
    const { outcome, cursor } = query
    const withText = query.text === 'true'
    const limit = Math.min(query.limit, withText ? MAX_TEXTS : query.limit)
    if (!(await findImport(deps.db, app.id, params.importID))) return fail(notFound)
    const place = { appId: app.id, importId: params.importID, outcome, withText }
    const found = await readLines(deps.db, deps, place, cursor, limit + 1)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return { body: { lines: page, ...(found.length > limit && last && { next: last.line }) } }
  },
})

export const ids = endpoint({
  method: 'GET',
  path: `${IMPORT_PATH}/ids`,
  audience: 'management',
  operationId: 'listImportIds',
  permission: 'imports:read',
  tag: TAG,
  summary: 'External id and id of the users whom an import made or linked',
  access: managementKey,
  params: importParams,
  query: z.object({
    all: z.enum(['true', 'false']).default('false').meta({
      description: 'Whether to list those of every other import of the application too.',
    }),
    ...pageQuery,
  }),
  response: z
    .object({ ids: z.array(z.object({ external_id: z.string(), id: z.string() })), next: nextPage })
    .meta({ id: 'ImportIdsResponse' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, query, fail }, deps) {
    const { limit, after } = query
    if (!(await findImport(deps.db, app.id, params.importID))) return fail(notFound)
    const which = query.all === 'true' ? undefined : params.importID
    const { rows, next } = pageOf(await listImportedIds(deps.db, app.id, which, after, limit + 1), limit)
    return { body: { ids: rows.map(({ id, external_id }) => ({ id, external_id: external_id ?? '' })), ...next } }
  },
})

const counts = z.record(z.string(), z.int())

export const report = endpoint({
  method: 'GET',
  path: `${IMPORT_PATH}/report`,
  audience: 'management',
  operationId: 'getImportReport',
  permission: 'imports:read',
  tag: TAG,
  summary: 'What came of an import, in numbers: nothing of anybody is in it',
  access: managementKey,
  params: importParams,
  response: z
    .object({
      report: z.object({
        source: z.string(),
        status,
        problem: z.string().optional(),
        file_sha256: z.string().optional(),
        dry_run: z.boolean(),
        lines: z.int(),
        expected_lines: z.int().optional(),
        outcomes,
        codes: counts.meta({ description: 'Why lines were refused, skipped or in conflict.' }),
        hash_forms: counts.meta({ description: 'Algorithms of the password hashes that were loaded.' }),
        without_password: z.int(),
        left_out: counts.meta({ description: 'Members that could not be used in lines that were loaded.' }),
        leftovers: counts.meta({ description: 'What is kept sealed until it can be used, by kind.' }),
        unknown_groups: counts.meta({
          description: 'Groups that people were in and that there are none of here, by name; kept, too.',
        }),
        deleted: z.int().meta({ description: 'Users whom a rollback has deleted.' }),
        kept: z.int().meta({ description: 'Users whom a rollback has left.' }),
        canaries: canaryResults,
        started_at: z.iso.datetime().optional(),
        finished_at: z.iso.datetime().optional(),
      }),
    })
    .meta({ id: 'ImportReportResponse' }),
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await findImport(deps.db, app.id, params.importID)) ?? fail(notFound)
    return { body: { report: reportOf(row) } }
  },
})
