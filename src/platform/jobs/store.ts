import type { ExpressionBuilder } from 'kysely'
import type { Db, Tx } from '../db.ts'
import type { Migration } from '../migrate.ts'

export type JobRow = {
  id: string
  app_id: string
  kind: string
  payload: string
  run_at: number
  attempts: number
  leased_until: number | null
  parked_at: number | null
  last_error: string | null
  /** The trace that it is part of, as `traceparent` names it; null where none was recorded. */
  trace: string | null
  /** The answered request that it was enqueued by; null where there was none. */
  request_id: string | null
}
type Tables = { jobs: JobRow }

export const jobMigrations: readonly Migration[] = [
  {
    name: 'platform/002-jobs',
    up: [
      `create table jobs (
        id text primary key, app_id text not null, kind text not null, payload text not null, run_at bigint not null,
        attempts bigint not null, leased_until bigint, parked_at bigint, last_error text)`,
      'create index jobs_due on jobs (run_at) where parked_at is null',
    ],
  },
  { name: 'platform/005-job-traces', up: ['alter table jobs add column trace text'] },
  {
    name: 'platform/006-parked-jobs',
    up: ['create index jobs_parked on jobs (kind) where parked_at is not null'],
  },
  { name: 'platform/007-job-requests', up: ['alter table jobs add column request_id text'] },
  {
    name: 'platform/008-parked-jobs-by-id',
    up: ['create index jobs_parked_by_id on jobs (id) where parked_at is not null'],
  },
]

/** Insert a job; one whose id exists already stays as it is. */
export async function insertJob(
  tx: Tx,
  row: Pick<JobRow, 'id' | 'app_id' | 'kind' | 'payload' | 'run_at' | 'trace' | 'request_id'>,
): Promise<void> {
  await tx
    .withTables<Tables>()
    .insertInto('jobs')
    .values({ ...row, attempts: 0, leased_until: null, parked_at: null, last_error: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** How far the clocks of two processes may be apart. */
const SKEW_MS = 60_000

/**
 * Lease up to `limit` due jobs, of no application among `except`. Of two workers one wins each row, and neither waits for the other: what one is about to
 * lease the other passes over. A lease that ends later than any can was given by a clock that was wrong, and counts for nothing.
 */
export async function leaseJobs(
  tx: Tx,
  now: number,
  leaseMs: number,
  limit: number,
  except: readonly string[] = [],
): Promise<JobRow[]> {
  const tables = tx.withTables<Tables>()
  const isFree = (eb: ExpressionBuilder<Tables, 'jobs'>) =>
    eb.or([
      eb('leased_until', 'is', null),
      eb('leased_until', '<=', now),
      eb('leased_until', '>', now + leaseMs + SKEW_MS),
    ])
  const due = tables
    .selectFrom('jobs')
    .select('id')
    .where('parked_at', 'is', null)
    .where('run_at', '<=', now)
    .$if(except.length > 0, (query) => query.where('app_id', 'not in', except))
    .where(isFree)
    .orderBy('run_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
  // A sub-select that stands beside the update is run once; one inside it may be run for each row, and then has no limit.
  return await tables
    .with('due', () => due)
    .updateTable('jobs')
    .set((eb) => ({ leased_until: now + leaseMs, attempts: eb('attempts', '+', 1) }))
    .where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
    .returningAll()
    .execute()
}

/** Make what is due later than `withinMs` from now due in a minute: one job, or all. */
export async function bringForward(tx: Tx, now: number, withinMs: number, id?: string): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('jobs')
    .set({ run_at: now + Math.min(withinMs, SKEW_MS) })
    .where('run_at', '>', now + withinMs + SKEW_MS)
    .where('parked_at', 'is', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .execute()
}

/** Remove a finished job, unless its lease ran out and another worker took it. */
export async function deleteJob(tx: Tx, job: Lease): Promise<void> {
  await tx
    .withTables<Tables>()
    .deleteFrom('jobs')
    .where('id', '=', job.id)
    .where('leased_until', '=', job.leased_until)
    .execute()
}

/** A job as it was leased. Leases of one job end at different times, so `leased_until` tells whose it is. */
type Lease = Pick<JobRow, 'id' | 'leased_until'>
type Outcome = Partial<Pick<JobRow, 'run_at' | 'parked_at' | 'last_error' | 'attempts'>>

/** Give the lease back with what came of the run, unless another worker took the job meanwhile. */
export async function updateJob(tx: Tx, job: Lease, outcome: Outcome): Promise<void> {
  await tx
    .withTables<Tables>()
    .updateTable('jobs')
    .set({ ...outcome, leased_until: null })
    .where('id', '=', job.id)
    .where('leased_until', '=', job.leased_until)
    .execute()
}

/** When the next job is due that nobody has leased; Unix ms. */
export async function findNextRun(db: Db): Promise<number | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('jobs')
    .select('run_at')
    .where('parked_at', 'is', null)
    .where('leased_until', 'is', null)
    .orderBy('run_at')
    .limit(1)
    .executeTakeFirst()
  return row?.run_at
}

/** How many are kept and not tried again, by kind. */
export async function countParked(db: Db): Promise<{ kind: string; count: number }[]> {
  return await db
    .withTables<Tables>()
    .selectFrom('jobs')
    .select((eb) => ['kind', eb.fn.countAll<number>().as('count')])
    .where('parked_at', 'is not', null)
    .groupBy('kind')
    .execute()
}

/** Jobs that were given up, by id; the first of all, or those behind an id. */
export async function listParked(db: Db, limit: number, after?: string): Promise<JobRow[]> {
  return await db
    .withTables<Tables>()
    .selectFrom('jobs')
    .selectAll()
    .where('parked_at', 'is not', null)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** No more are counted, however many there are. */
export const MOST_COUNTED = 1_000

/** How many jobs are due that nobody is at, and since when the first of them is, Unix ms; and how many were given up. */
export async function countWaiting(
  db: Db,
  now: number,
): Promise<{ waiting: number; oldest: number | null; parked: number }> {
  const tables = db.withTables<Tables>()
  const due = tables
    .selectFrom('jobs')
    .select('run_at')
    .where('parked_at', 'is', null)
    .where('run_at', '<=', now)
    .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<=', now)]))
    .orderBy('run_at')
    .limit(MOST_COUNTED)
  const parked = tables.selectFrom('jobs').select('kind').where('parked_at', 'is not', null).limit(MOST_COUNTED)
  const row = await tables
    .selectFrom(due.as('due'))
    .select((eb) => [
      eb.fn.countAll<number>().as('waiting'),
      eb.fn.min<number | null>('run_at').as('oldest'),
      eb.selectFrom(parked.as('parked')).select(eb.fn.countAll<number>().as('count')).as('parked'),
    ])
    .executeTakeFirstOrThrow()
  return { waiting: Number(row.waiting), oldest: row.oldest, parked: Number(row.parked) }
}

/** Make jobs that were given up due again, with all their tries: one, or all. Answers their ids. */
export async function retryParked(tx: Tx, now: number, id: string | undefined): Promise<string[]> {
  const rows = await tx
    .withTables<Tables>()
    .updateTable('jobs')
    .set({ parked_at: null, attempts: 0, run_at: now })
    .where('parked_at', 'is not', null)
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? ''))
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

export async function listJobs(db: Db): Promise<JobRow[]> {
  return await db.withTables<Tables>().selectFrom('jobs').selectAll().orderBy('id').execute()
}
