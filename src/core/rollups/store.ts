import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import { foldIntoDays, type Labels, type Metric } from './rollup.ts'
import type { RollupRow, RollupTables } from './tables.ts'

/** A statement takes only so many parameters. */
const ROWS_PER_STATEMENT = 500

/** Add to counters. In one order for everybody, so that two processes cannot wait for each other in a circle. */
export async function addRollups(tx: Tx, rows: readonly RollupRow[]): Promise<void> {
  const ordered = rows.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  for (let start = 0; start < ordered.length; start += ROWS_PER_STATEMENT) {
    await tx
      .withTables<RollupTables>()
      .insertInto('rollups')
      .values(ordered.slice(start, start + ROWS_PER_STATEMENT))
      .onConflict((conflict) =>
        conflict.columns(['app_id', 'metric', 'hour', 'labels']).doUpdateSet((eb) => ({
          count: eb('rollups.count', '+', eb.ref('excluded.count')),
          sum: eb('rollups.sum', '+', eb.ref('excluded.sum')),
        })),
      )
      .execute()
  }
}

const placeOf = ({ app_id, metric, hour, labels }: RollupRow) => `${app_id} ${metric} ${hour} ${labels}`

export interface Rollup {
  readonly labels: Labels
  /** Start of the hour, Unix ms; of what is older than 90 days, start of the day (UTC). */
  readonly hour: number
  readonly count: number
  readonly sum: number
}

/** Counters of hours that begin in `[from, to)`, Unix ms; oldest first. */
export async function listRollups(db: Db, appId: string, metric: Metric, from: number, to: number): Promise<Rollup[]> {
  const rows = await db
    .withTables<RollupTables>()
    .selectFrom('rollups')
    .select(['labels', 'hour', 'count', 'sum'])
    .where('app_id', '=', appId)
    .where('metric', '=', metric)
    .where('hour', '>=', from)
    .where('hour', '<', to)
    .orderBy('hour')
    .orderBy('labels')
    .execute()
  return rows.map(({ labels, ...rest }) => ({ labels: JSON.parse(labels) as Labels, ...rest }))
}

/** Everything that a metric ever counted, by labels. */
export async function totalRollups(
  db: Db,
  appId: string,
  metric: Metric,
): Promise<{ labels: Labels; count: number }[]> {
  const rows = await db
    .withTables<RollupTables>()
    .selectFrom('rollups')
    .select((eb) => ['labels', eb.fn.sum<number>('count').as('count')])
    .where('app_id', '=', appId)
    .where('metric', '=', metric)
    .groupBy('labels')
    .orderBy('labels')
    .execute()
  return rows.map(({ labels, count }) => ({ labels: JSON.parse(labels) as Labels, count: Number(count) }))
}

/** Fold up to `count` hours that begin before `before`, Unix ms, into their days. Answers how many. */
export async function foldRollups(tx: Tx, before: number, count: number): Promise<number> {
  const tables = tx.withTables<RollupTables>()
  const folded = await tables
    .deleteFrom('rollups')
    .where((eb) =>
      eb(
        eb.refTuple('app_id', 'metric', 'hour', 'labels'),
        'in',
        eb
          .selectFrom('rollups')
          .select(['app_id', 'metric', 'hour', 'labels'])
          .where('hour', '<', before)
          .where(sql<boolean>`hour % 86400000 <> 0`)
          .limit(count)
          .$asTuple('app_id', 'metric', 'hour', 'labels'),
      ),
    )
    .returningAll()
    .execute()
  await addRollups(tx, foldIntoDays(folded))
  return folded.length
}
