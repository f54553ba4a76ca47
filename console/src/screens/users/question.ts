import type { Search } from '../../address.ts'
import type { Input } from '../../api/call.ts'
import type { CreateUserJobRequest } from '../../api/operations.ts'

export const FILTERS = ['query', 'status', 'created_after', 'unverified']

const PAGE = 50

type Query = NonNullable<Input<'listUsers'>['query']>
export type JobFilter = CreateUserJobRequest['filter']

const isStatus = (text: string | undefined): text is 'active' | 'inactive' => text === 'active' || text === 'inactive'

/** The filters that the address has: a day counts from its beginning where the reader is. */
function filtersIn({ query, status, created_after }: Search): Pick<Query, 'query' | 'status' | 'created_after'> {
  const day = created_after ? new Date(`${created_after}T00:00`) : undefined
  return {
    ...(query && { query }),
    ...(isStatus(status) && { status }),
    ...(day && !Number.isNaN(day.getTime()) && { created_after: day.toISOString() }),
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
