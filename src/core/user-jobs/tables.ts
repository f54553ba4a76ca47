import type { Migration } from '../../platform/migrate.ts'

export const JOB_ACTIONS = ['block', 'unblock', 'end_sessions', 'delete', 'add_to_group', 'remove_from_group'] as const
export type JobAction = (typeof JOB_ACTIONS)[number]

/** `counting`: whom it means is being counted; nothing was changed yet. */
export const JOB_STATUSES = ['counting', 'running', 'completed', 'failed', 'cancelled'] as const
export type JobStatus = (typeof JOB_STATUSES)[number]

/** One thing that is done to many users, some at a time. */
export type UserJobRow = {
  app_id: string
  id: string
  action: JobAction
  /** Name of the group that users are put into or taken out of. */
  group_name: string | null
  /** JSON of a `JobFilter`. */
  filter: string
  dry_run: 0 | 1
  /** How many users may be meant at most. */
  expect_count: number | null
  status: JobStatus
  /** Why it failed. */
  problem: string | null
  /** The last user of when it was made: whoever came later is not meant. */
  until_id: string
  /** The user up to whom it has counted, or done; empty at the beginning. Changes with each slice, in its transaction. */
  cursor: string
  matched: number
  done: number
  unchanged: number
  failed: number
  /** JSON array: the first of those users with whom it did not go well. */
  failed_ids: string
  created_at: number
  updated_at: number
  finished_at: number | null
}

export type UserJobTables = { user_jobs: UserJobRow }

export const userJobMigrations: readonly Migration[] = [
  {
    name: 'user-jobs/001-create',
    up: [
      `create table user_jobs (
        app_id text not null, id text not null, action text not null, group_name text, filter text not null,
        dry_run bigint not null, expect_count bigint, status text not null, problem text, until_id text not null,
        cursor text not null, matched bigint not null, done bigint not null, unchanged bigint not null,
        failed bigint not null, failed_ids text not null, created_at bigint not null, updated_at bigint not null,
        finished_at bigint, primary key (app_id, id))`,
      'create index user_jobs_unfinished on user_jobs (app_id, id) where finished_at is null',
      'create index user_jobs_finished on user_jobs (finished_at) where finished_at is not null',
    ],
  },
]
