import type { Identifier } from '../../core/identifiers/identifier.ts'
import type { IdentifierRow } from '../../core/identifiers/tables.ts'

type Held = Pick<IdentifierRow, 'type' | 'value' | 'verified_at'>

/** Whether a user may lose an identifier. The last proven one stays, and of a user who has proven none, the last one. */
export function decideRemoval(held: readonly Held[], { type, value }: Identifier): 'remove' | 'last' | 'unknown' {
  const isWanted = (one: Held) => one.type === type && one.value === value
  const wanted = held.find(isWanted)
  if (!wanted) return 'unknown'
  const rest = held.filter((one) => !isWanted(one))
  const isEnough = wanted.verified_at === null ? rest.length > 0 : rest.some((one) => one.verified_at !== null)
  return isEnough ? 'remove' : 'last'
}
