import type { Db, Tx } from '../db.ts'
import type { Migration } from '../migrate.ts'

type Tables = { time_marks: { app_id: string; seen_at: number } }

const OF_INSTANCE = ''

export const timeMigrations: readonly Migration[] = [
  {
    name: 'platform/003-time-marks',
    up: ['create table time_marks (app_id text not null, seen_at bigint not null, primary key (app_id))'],
  },
]

/** The highest time that a process on this database has seen and believed, Unix ms. */
export async function findTimeMark(db: Db): Promise<number | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('time_marks')
    .select('seen_at')
    .where('app_id', '=', OF_INSTANCE)
    .executeTakeFirst()
  return row?.seen_at
}

export async function putTimeMark(tx: Tx, seenAt: number): Promise<void> {
  await tx
    .withTables<Tables>()
    .insertInto('time_marks')
    .values({ app_id: OF_INSTANCE, seen_at: seenAt })
    .onConflict((conflict) => conflict.column('app_id').doUpdateSet({ seen_at: seenAt }))
    .execute()
}
