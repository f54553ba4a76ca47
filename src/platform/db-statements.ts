import type { KyselyPlugin, RootOperationNode } from 'kysely'
import type { Db } from './db.ts'

/** A handle that tells each statement's name before it is run: what it does, and to which table. Values are in none. */
export const tellingStatements = <D extends Db>(db: D, tell: (name: string) => void): D =>
  db.withPlugin(teller(tell)) as D

const teller = (tell: (name: string) => void): KyselyPlugin => ({
  transformQuery({ node }) {
    tell(statementName(node))
    return node
  },
  transformResult: async ({ result }) => result,
})

/** `update sessions`; `statement` for what is written as text. */
export function statementName(node: RootOperationNode): string {
  switch (node.kind) {
    case 'SelectQueryNode':
      return named('select', node.from?.froms[0])
    case 'InsertQueryNode':
      return named('insert', node.into)
    case 'UpdateQueryNode':
      return named('update', node.table)
    case 'DeleteQueryNode':
      return named('delete', node.from.froms[0])
    default:
      return 'statement'
  }
}

const named = (verb: string, table: unknown) => [verb, tableIn(table as Named | undefined)].filter(Boolean).join(' ')

/** A table, or an alias of one. */
interface Named {
  readonly node?: Named
  readonly table?: { readonly identifier?: { readonly name: string } }
}

const tableIn = (at: Named | undefined): string | undefined =>
  at?.table?.identifier?.name ?? (at?.node && tableIn(at.node))
