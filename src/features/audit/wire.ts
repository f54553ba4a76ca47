import { z } from 'zod'
import type { AuditSelection } from '../../core/audit/store.ts'
import type { AuditRow } from '../../core/audit/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { timeInput } from '../../platform/time-input.ts'

const MAX_LIMIT = 200

/** Which rows, page by page. A page with the longest rows there may be weighs a mebibyte. */
export const auditQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100).meta({ description: 'How many at most.' }),
  after: z.string().max(64).optional().meta({ description: 'Go on behind the row with this id.' }),
  actor: z.string().max(128).optional().meta({ description: 'By this one alone: `application_key:<id>`, `cli`.' }),
  operation: z.string().max(64).optional().meta({ description: 'An operationId.' }),
  target: z
    .string()
    .max(1_400)
    .optional()
    .meta({ description: 'What was done to this alone: the id of a user, or else the last parameter of the path.' }),
  since: timeInput.optional(),
  until: timeInput.optional().meta({ description: 'Before this time.' }),
})

export const selectionOf = (query: z.output<typeof auditQuery>): AuditSelection => {
  const { actor, operation, target: subject, since, until, after } = query
  return { actor, operation, subject, since, until, after }
}

const change = z.union([
  z.literal('changed'),
  z.object({ before: z.unknown().optional(), after: z.unknown().optional() }),
])

export const auditEntry = z
  .object({
    id: z.string().meta({ description: 'Day and place in it. Ids sort as the rows were written.' }),
    created_at: z.iso.datetime(),
    actor: z.string().meta({ description: '`application_key:<id>`, `instance_key:<id>` or `cli`' }),
    operation: z.string().meta({ description: 'The operationId; of commands too.' }),
    target: z
      .record(z.string(), z.string())
      .meta({ description: 'The parameters of the path, and ids of what was made.' }),
    changes: z.record(z.string(), change).meta({
      description:
        'By member: its value before and after, or `changed` where it is secret, personal or long, or where only its name is kept.',
    }),
    ip: z.string().nullable(),
    request_id: z.string().nullable(),
    hash: z.string().meta({
      description:
        'SHA-256, base64url, of the JSON `[hash of the row before, id, created_at, actor, operation, target, changes, ip, request_id]` without white space. The first row of all goes on from an empty text.',
    }),
  })
  .meta({ id: 'AuditEntry' })

export const viewOf = (row: AuditRow): z.input<typeof auditEntry> => ({
  id: row.id,
  created_at: rfc3339(row.created_at),
  actor: row.actor,
  operation: row.operation,
  target: JSON.parse(row.target),
  changes: JSON.parse(row.changes),
  ip: row.ip,
  request_id: row.request_id,
  hash: row.hash,
})
