import { z } from 'zod'
import { groupName } from '../../core/groups/group.ts'
import type { JobFilter } from '../../core/user-jobs/filter.ts'
import { filterOf } from '../../core/user-jobs/slice.ts'
import { JOB_ACTIONS, JOB_STATUSES, type UserJobRow } from '../../core/user-jobs/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { timeText } from '../../platform/time-input.ts'

const MAX_IDS = 1_000
const status = z.enum(['active', 'inactive'])

/** What a filter says, but for the ids. */
const criteria = {
  all: z.literal(true).optional().meta({ description: 'Everybody. Stands alone, with `expect_count`.' }),
  status: status.optional(),
  created_after: timeText.optional().meta({ description: 'Made later than then.' }),
  created_before: timeText.optional().meta({ description: 'Made before then.' }),
  query: z.string().trim().min(1).max(320).optional().meta({ description: 'As in the list of users.' }),
  migrated: z.boolean().optional().meta({ description: 'Whether their legacy session was exchanged.' }),
  import_id: z.string().max(64).optional().meta({ description: 'Written last by this import.' }),
  group: groupName.optional().meta({ description: 'In this group.' }),
}

const filterShape = z
  // A member that is not known here would let more users be meant than whoever wrote it thinks.
  .strictObject({
    ...criteria,
    ids: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(MAX_IDS)
      .optional()
      .meta({ description: 'These users, by `id`.' }),
  })
  .refine((filter) => Object.keys(filter).length > 0, 'means nobody; to mean everybody, say all and expect_count')
  .refine((filter) => filter.all === undefined || Object.keys(filter).length === 1, 'all stands alone')

const GROUP_ACTIONS = ['add_to_group', 'remove_from_group']

export const jobRequest = z
  .object({
    action: z.enum(JOB_ACTIONS),
    group: groupName.optional().meta({ description: 'Of `add_to_group` and `remove_from_group`.' }),
    filter: filterShape.meta({ description: 'Whom it means: users who meet every member.' }),
    dry_run: z.boolean().default(false).meta({ description: 'Only count whom it means.' }),
    expect_count: z.int().min(0).optional().meta({
      description: 'How many users may be meant at most. Where more are, nothing is done and the job is `failed`.',
    }),
  })
  .refine(({ filter, dry_run, expect_count }) => !filter.all || dry_run || expect_count !== undefined, {
    path: ['expect_count'],
    message: 'is missing: whoever means everybody says how many that are',
  })
  .refine(({ action, group }) => GROUP_ACTIONS.includes(action) === (group !== undefined), {
    path: ['group'],
    message: 'belongs to add_to_group and remove_from_group, which need it',
  })
  .meta({ id: 'CreateUserJobRequest' })

export const jobObject = z
  .object({
    id: z.string(),
    action: z.enum(JOB_ACTIONS),
    group: z.string().optional(),
    filter: z.object({
      ...criteria,
      ids_count: z.int().optional().meta({ description: 'How many users were named by id.' }),
    }),
    dry_run: z.boolean(),
    expect_count: z.int().optional(),
    status: z.enum(JOB_STATUSES).meta({ description: '`counting`: nothing was changed yet.' }),
    problem: z.string().optional().meta({ description: 'Why it failed.' }),
    matched: z.int().meta({ description: 'Users whom it means; while it is `counting`, so far.' }),
    done: z.int(),
    unchanged: z.int().meta({ description: 'Users with whom there was nothing to do.' }),
    failed: z.int(),
    failed_ids: z.array(z.string()).meta({ description: 'The first twenty of those that failed.' }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    finished_at: z.iso.datetime().optional(),
  })
  .meta({ id: 'UserJob' })

export function readFilter(given: z.output<typeof filterShape>): JobFilter {
  const { created_after, created_before, import_id: importId, ids, ...same } = given
  return {
    ...same,
    ids: ids && [...new Set(ids)].sort(),
    createdAfter: created_after === undefined ? undefined : Date.parse(created_after),
    createdBefore: created_before === undefined ? undefined : Date.parse(created_before),
    importId,
  }
}

export function viewJob(row: UserJobRow): z.input<typeof jobObject> {
  const { id, action, status, matched, done, unchanged, failed } = row
  return {
    ...{ id, action, status, matched, done, unchanged, failed },
    filter: viewFilter(filterOf(row)),
    ...(row.group_name !== null && { group: row.group_name }),
    dry_run: row.dry_run === 1,
    ...(row.expect_count !== null && { expect_count: row.expect_count }),
    ...(row.problem !== null && { problem: row.problem }),
    failed_ids: z.array(z.string()).parse(JSON.parse(row.failed_ids)),
    created_at: rfc3339(row.created_at),
    updated_at: rfc3339(row.updated_at),
    ...(row.finished_at !== null && { finished_at: rfc3339(row.finished_at) }),
  }
}

function viewFilter({ ids, createdAfter, createdBefore, importId, ...same }: JobFilter) {
  return {
    ...same,
    ...(ids && { ids_count: ids.length }),
    ...(createdAfter !== undefined && { created_after: rfc3339(createdAfter) }),
    ...(createdBefore !== undefined && { created_before: rfc3339(createdBefore) }),
    ...(importId !== undefined && { import_id: importId }),
  }
}
