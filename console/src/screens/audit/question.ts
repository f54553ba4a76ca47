import type { Search } from '../../address.ts'
import type { Input } from '../../api/call.ts'

export const FILTERS = ['target', 'actor', 'operation', 'since', 'until']

const PAGE = 50
const DAY_MS = 86_400_000

export type Query = NonNullable<Input<'listAudit'>['query']>

/** The beginning of a day where the reader is; undefined when the address says no day. */
function startOf(day: string | undefined, later = 0): string | undefined {
  const time = day ? new Date(`${day}T00:00`).getTime() + later : Number.NaN
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

/** Which entries are meant: the last day counts whole. */
export const selectionIn = ({ target, actor, operation, since, until }: Search): Query => ({
  ...(target && { target }),
  ...(actor && { actor }),
  ...(operation && { operation }),
  since: startOf(since),
  until: startOf(until, DAY_MS),
})

export const questionIn = (search: Search): Query => ({
  ...selectionIn(search),
  ...(search.after && { after: search.after }),
  limit: PAGE,
})
