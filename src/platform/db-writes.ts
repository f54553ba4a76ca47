import type { KyselyPlugin, PluginTransformQueryArgs } from 'kysely'
import type { Tx } from './db.ts'

type Statement = PluginTransformQueryArgs['node']

/** A handle on an open transaction that knows whether something was written through it: inserted, changed or deleted, and not merely tried or locked. */
export function watchWrites(tx: Tx): { readonly tx: Tx; hasWritten(): boolean } {
  const writing = new WeakSet<object>()
  let written = false
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      if (isWrite(node)) writing.add(queryId)
      return node
    },
    async transformResult({ result, queryId }) {
      const { numAffectedRows = BigInt(result.rows.length) } = result
      if (writing.has(queryId) && numAffectedRows > 0n) written = true
      return result
    },
  }
  return { tx: tx.withPlugin(plugin) as Tx, hasWritten: () => written }
}

type Updates = readonly { readonly column: object; readonly value: object }[]

function isWrite(node: Statement): boolean {
  if (node.kind === 'SelectQueryNode') return false
  if (node.kind === 'UpdateQueryNode') return !isLock(node.updates)
  return node.kind !== 'InsertQueryNode' || !isLock(node.onConflict?.updates)
}

/** Setting columns to what they are is how rows are locked on every engine. */
const isLock = (updates: Updates | undefined): boolean =>
  updates !== undefined && updates.length > 0 && updates.every(({ column, value }) => nameIn(column) === nameIn(value))

interface Named {
  readonly column?: Named & { readonly name?: string }
  /** Of a reference. */
  readonly table?: { readonly table: { readonly identifier: { readonly name: string } } }
}

/** The column that a node names, itself or by reference; of the row that stands already, not of the one that was to be inserted. */
function nameIn({ column, table }: Named): string | undefined {
  if (column === undefined || table?.table.identifier.name === 'excluded') return undefined
  return column.name ?? nameIn(column)
}
