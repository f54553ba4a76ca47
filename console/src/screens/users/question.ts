import type { Search } from '../../address.ts'
import type { Input } from '../../api/call.ts'
import type { CreateUserJobRequest } from '../../api/operations.ts'
import { startOfDay } from '../../parts/day.ts'

export const FILTERS = ['query', 'status', 'created_after', 'unverified']

const PAGE = 50

type Query = NonNullable<Input<'listUsers'>['query']>
export type JobFilter = CreateUserJobRequest['filter']

const isStatus = (text: string | undefined): text is 'active' | 'inactive' => text === 'active' || text === 'inactive'

/** The filters that the address has: a day counts from its beginning where the reader is. */
function filtersIn({ query, status, created_after }: Search): Pick<Query, 'query' | 'status' | 'created_after'> {
  const day = startOfDay(created_after)
  return {
    ...(query && { query }),
    ...(isStatus(status) && { status }),
    ...(day && { created_after: day }),
  }
}

/** What the list asks the server. */
export const questionIn = (search: Search): Query => ({
  ...filtersIn(search),
  ...(search.unverified === 'true' && { unverified: 'true' }),
  ...(search.after && { after: search.after }),
  limit: PAGE,
})

/** Whom a job means that is for all that the list would show. */
export function jobFilterIn(search: Search): JobFilter {
  const filters = filtersIn(search)
  return Object.keys(filters).length === 0 ? { all: true } : filters
}
