import type { Deps } from '../../platform/deps.ts'
import { type KeySet, keySet } from '../../platform/key-set.ts'
import type { SealedColumn } from '../../platform/sealed-column.ts'
import { claimDatabase } from './canary.ts'
import { listMissing, type MissingKey } from './status.ts'

export type KeyChange =
  | { readonly kind: 'changed' | 'same' | 'stranger' }
  | { readonly kind: 'needed'; readonly missing: readonly MissingKey[] }

/**
 * Give a process other master keys while it runs. Refused as at a start: where none of them is that of the database, and where something hangs on
 * one that is left out. The old ones stay then.
 */
export async function changeMasterKeys(deps: Deps, columns: readonly SealedColumn[], next: KeySet): Promise<KeyChange> {
  const keys = keySet(deps)
  if (idsOf(next) === idsOf(keys.current())) return { kind: 'same' }
  const missing = await listMissing(deps, columns, next)
  if (missing.length > 0) return { kind: 'needed', missing }
  if (!(await claimDatabase(deps, next))) return { kind: 'stranger' }
  keys.replace(next)
  return { kind: 'changed' }
}

const idsOf = ({ all }: KeySet) => all.map(({ id }) => id).join()
