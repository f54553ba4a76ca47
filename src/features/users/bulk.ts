import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { type PlacedRow, writeRows } from '../../core/bulk/bulk.ts'
import type { RowOutcome } from '../../core/bulk/row.ts'
import { migrationSettings } from '../../core/legacy-users/settings.ts'
import { pause } from '../../platform/clock.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { settingsOf } from '../../platform/settings.ts'
import { BULK_REFUSALS, bulkUser, type RowFault, readRow } from './bulk-row.ts'
import { TAG, USERS_PATH, usersParams } from './view.ts'

const MAX_ROWS = 1_000
/** To read more takes so long that others wait. */
const MAX_BYTES = 512 * 1024
/** Each holds its rows in memory while it waits for its turn. */
const MAX_AT_ONCE = 8
const RETRY = { 'retry-after': '5' }

const underWay = resident(() => ({ count: 0 }))

const result = z
  .object({
    index: z.int().meta({ description: 'The place of the row among those that were sent, from 0.' }),
    outcome: z.enum(['created', 'updated', 'unchanged', 'refused']),
    id: z.string().optional().meta({ description: 'Of the user; missing when the row was refused.' }),
    code: z.string().optional().meta({ description: 'Why the row was refused.' }),
    message: z.string().optional().meta({ description: 'The same in a sentence.' }),
  })
  .meta({ id: 'BulkUserResult' })
type Result = z.input<typeof result>

export const bulk = endpoint({
  method: 'POST',
  path: `${USERS_PATH}/bulk`,
  audience: 'management',
  operationId: 'bulkUsers',
  permission: 'users:write',
  sudo: true,
  tag: TAG,
  summary: 'Create or bring up to date up to a thousand users. Each row has an outcome of its own',
  access: managementKey,
  params: usersParams,
  maxBodyBytes: MAX_BYTES,
  body: z
    .object({
      users: z
        .array(z.unknown().meta(bulkUser))
        .min(1)
        .max(MAX_ROWS)
        .meta({ description: 'Rows. One that is wrong holds up no other.' }),
      mode: z.enum(['upsert', 'create']).default('upsert').meta({
        description: '`create`: a row that means a user who is here is refused, and changes nothing.',
      }),
      emit_events: z.boolean().default(false).meta({
        description: 'Whether new users are announced by `user.created`. Changes of users who are here always are.',
      }),
    })
    .meta({ id: 'BulkUsersRequest' }),
  response: z
    .object({
      results: z.array(result).meta({ description: 'One for each row, in the order in which they were sent.' }),
      counts: z.object({ created: z.int(), updated: z.int(), unchanged: z.int(), refused: z.int() }),
    })
    .meta({ id: 'BulkUsersResponse' }),
  failures: [universal.invalid_request, universal.overloaded],

  async handle({ app, body, fail }, deps) {
    const busy = underWay(deps)
    if (busy.count >= MAX_AT_ONCE) fail(universal.overloaded, { headers: RETRY })
    busy.count += 1
    try {
      tellChange(deps, { after: { users: body.users.length, mode: body.mode, emit_events: body.emit_events } })
      const { rows, faults } = await readRows(deps, app.id, body.users)
      const mandate = { appId: app.id, mayUpdate: body.mode === 'upsert', tellsNew: body.emit_events }
      const outcomes = await writeRows(deps, mandate, settingsOf(app, migrationSettings).link, rows)
      return { body: summaryOf(body.users.map((_, i) => faults.get(i) ?? viewOutcome(i, outcomes.get(i)))) }
    } finally {
      busy.count -= 1
    }
  },
})

/** Others have their turn after so long: a row may have fifty numbers to read, or none. */
const READ_FOR_MS = 10

async function readRows(deps: Deps, appId: string, users: readonly unknown[]) {
  const rows: PlacedRow[] = []
  const faults = new Map<number, Result>()
  let begun = deps.monotonic()
  for (const [index, user] of users.entries()) {
    if (deps.monotonic() - begun > READ_FOR_MS) {
      await pause(0)
      begun = deps.monotonic()
    }
    const read = await readRow(deps, appId, user, `users[${index}]`)
    if (read.kind === 'read') rows.push({ index, row: read.row })
    else faults.set(index, refusal(index, read))
  }
  return { rows, faults }
}

const refusal = (index: number, { code, message }: RowFault): Result => ({ index, outcome: 'refused', code, message })

function viewOutcome(index: number, outcome: RowOutcome | undefined): Result {
  if (!outcome) throw new Error('a row has no outcome')
  if (outcome.kind !== 'refused') return { index, outcome: outcome.kind, id: outcome.userId }
  return refusal(index, { code: outcome.code, message: BULK_REFUSALS[outcome.code] })
}

function summaryOf(results: Result[]) {
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 }
  for (const { outcome } of results) counts[outcome] += 1
  return { results, counts }
}
