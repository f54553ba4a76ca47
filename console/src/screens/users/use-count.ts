import { useQuery } from '@tanstack/react-query'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { Failure } from '../../api/failure.ts'
import type { UserJob } from '../../api/operations.ts'
import type { BulkAction } from './bulk-actions.ts'
import type { JobFilter } from './question.ts'
import { useJob } from './use-job.ts'

interface Counted {
  /** How far the count is. */
  readonly job: UserJob | undefined
  readonly failure: Failure | null
}

/** Has the server count whom an action means; named ones need no count. */
export function useCount({ action }: BulkAction, filter: JobFilter, group: string): Counted {
  const appID = useParam('appID')
  const isReady = !filter.ids && (action !== 'add_to_group' || group !== '')
  const body = { action, filter, dry_run: true, ...(group && { group }) }
  const made = useQuery<UserJob, Failure>({
    queryKey: ['count', appID, body],
    queryFn: async () => (await call('createUserJob', { path: { appID }, body })).job,
    enabled: isReady,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { job, failure } = useJob(made.data?.id)
  return { job, failure: made.error ?? failure }
}
