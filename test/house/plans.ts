import assert from 'node:assert/strict'
import { CompiledQuery, type RootOperationNode, sql } from 'kysely'
import type { Db } from '../../src/platform/db.ts'
import type { EngineName, World } from '../world.ts'

/** How the database would go about every statement that `work` reads with, as it says itself; where a table of a test is so small that none matters. */
export async function explained(w: World, engine: EngineName, work: (db: Db) => Promise<unknown>): Promise<string[]> {
  const nodes: RootOperationNode[] = []
  const db = w.deps.db.withPlugin({
    transformQuery: ({ node }) => {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await work(db)
  return await w.deps.transact(async (tx) => {
    if (engine === 'postgres') await sql`set local enable_seqscan = off`.execute(tx)
    const plans: string[] = []
    for (const node of nodes) {
      const { sql: text, parameters } = w.deps.db.getExecutor().compileQuery(node, { queryId: 'plan' })
      const explain = engine === 'postgres' ? 'explain' : 'explain query plan'
      const { rows } = await tx.executeQuery<Record<string, unknown>>(
        CompiledQuery.raw(`${explain} ${text}`, [...parameters]),
      )
      plans.push(rows.map((row) => String(row.detail ?? row['QUERY PLAN'])).join('\n'))
    }
    return plans
  })
}

/** Every row that is read is found by an index that begins with its application, in the order in which it is wanted. */
export function assertIndexed(plans: readonly string[]): void {
  for (const plan of plans) {
    assert.doesNotMatch(plan, /Seq Scan|\bSCAN (?!users USING (COVERING )?INDEX)|TEMP B-TREE/)
    assert.match(plan, /Index Cond: .*app_id|SEARCH \w+ USING .*app_id=/)
  }
}
