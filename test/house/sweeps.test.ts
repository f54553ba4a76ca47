import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompiledQuery, type RootOperationNode, sql } from 'kysely'
import type { Tx } from '../../src/platform/db.ts'
import { derive } from '../../src/platform/deps.ts'
import { jobs } from '../../src/server.ts'
import { stages } from './stages.ts'

/** Among few rows, however many users there are: imports, and samples, of which some are kept for each reason. */
const AMONG_FEW = new Set(['sweep/imports', 'sweep/refusal-samples'])

const sweeps = jobs.filter(({ kind }) => kind.startsWith('sweep/') && !AMONG_FEW.has(kind))

/** Lets everything through and keeps it. */
const keeping = (nodes: RootOperationNode[], tx: Tx) =>
  tx.withPlugin({
    transformQuery({ node }) {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }) as Tx

for (const { engine, w } of await stages()) {
  for (const sweep of sweeps) {
    test(`${engine}: ${sweep.kind} finds its rows by an index, and deletes them by their key`, async () => {
      const nodes: RootOperationNode[] = []
      const deps = derive(w.deps, { transact: (work) => w.deps.transact((tx) => work(keeping(nodes, tx))) })
      await sweep.run(null, { appId: '', jobId: '' }, deps)
      assert.ok(nodes.length > 0)
      await w.deps.transact(async (tx) => {
        if (engine === 'postgres') await sql`set local enable_seqscan = off`.execute(tx)
        const explain = engine === 'postgres' ? 'explain' : 'explain query plan'
        for (const node of nodes) {
          const { sql: text, parameters } = tx.getExecutor().compileQuery(node, { queryId: 'plan' })
          const { rows } = await tx.executeQuery<Record<string, unknown>>(
            CompiledQuery.raw(`${explain} ${text}`, [...parameters]),
          )
          const plan = rows.map((row) => String(row.detail ?? row['QUERY PLAN'])).join('\n')
          assert.doesNotMatch(plan, /Seq Scan|\bSCAN (?!due\b)|TEMP B-TREE/, `${text}\n${plan}`)
        }
      })
    })
  }
}
