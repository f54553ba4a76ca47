import { z } from 'zod'
import { importOptions } from '../../core/imports/options.ts'
import { canaryResultsOf, optionsOf, progressOf } from '../../core/imports/progress.ts'
import type { ImportRow } from '../../core/imports/tables.ts'
import { OUTCOMES } from '../../core/imports/tally.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { failures } from '../../platform/failure.ts'

export const IMPORTS_PATH = '/v2/session/apps/{appID}/imports'
export const IMPORT_PATH = `${IMPORTS_PATH}/{importID}`
export const TAG = 'Imports'

export const importsParams = z.object({ appID: z.string() })
export const importParams = z.object({ appID: z.string(), importID: z.string() })

export const importFailure = failures({
  too_many_imports: ['conflict', 'The application has twenty imports that are not over. Cancel one first.'],
  import_state: ['conflict', 'The import is in a state that does not let it do this.'],
  import_offset: ['conflict', 'The bytes of the file go on at another offset: the one in the header Upload-Offset.'],
  import_too_large: ['bad_request', 'The file is too large for one import. Bring it as several.'],
})

export const outcomes = z.record(z.enum(OUTCOMES), z.int())
const statuses = [
  'open',
  'loading',
  'paused',
  'completed',
  'failed',
  'cancelled',
  'rolling_back',
  'rolled_back',
] as const
export const status = z.enum(statuses)

export const canaryResults = z.array(
  z.object({
    outcome: z.enum(['ok', 'unknown_user', 'no_password', 'wrong_password', 'not_checked']),
    checked_at: z.iso.datetime(),
  }),
)

export const importView = z
  .object({
    id: z.string(),
    source: z.string(),
    status,
    problem: z.string().optional().meta({ description: 'Why it failed.' }),
    options: importOptions,
    progress: z.object({
      lines: z.int().meta({ description: 'That are done, whatever became of them.' }),
      outcomes,
      received_bytes: z.int(),
      loaded_bytes: z.int(),
      lines_per_second: z.int().optional(),
      seconds_left: z.int().optional().meta({ description: 'If it goes on as so far.' }),
    }),
    canaries: canaryResults.meta({
      description: 'How the test accounts fared last, in the order in which they were given.',
    }),
    has_canaries: z
      .boolean()
      .meta({ description: 'Whether there are test accounts to try: they are forgotten after 30 days.' }),
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().optional(),
    finished_at: z.iso.datetime().optional(),
  })
  .meta({ id: 'Import' })

export const importResponse = z.object({ import: importView }).meta({ id: 'ImportResponse' })

export const viewImport = (row: ImportRow) => ({
  id: row.id,
  source: row.source,
  status: row.status,
  ...(row.problem !== null && { problem: row.problem }),
  options: optionsOf(row),
  progress: progressOf(row),
  canaries: canaryResultsOf(row),
  has_canaries: row.sealed_canaries !== null,
  created_at: rfc3339(row.created_at),
  ...(row.started_at !== null && { started_at: rfc3339(row.started_at) }),
  ...(row.finished_at !== null && { finished_at: rfc3339(row.finished_at) }),
})
