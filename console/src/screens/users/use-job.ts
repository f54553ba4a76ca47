import { useQuery } from '@tanstack/react-query'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { Failure } from '../../api/failure.ts'
import type { UserJob } from '../../api/operations.ts'

const EVERY_MS = 1000

/** How far a job is, asked every second until it is over. */
export function useJob(id: string | undefined): { job: UserJob | undefined; failure: Failure | null } {
  const appID = useParam('appID')
  const { data, error } = useQuery<UserJob, Failure>({
    queryKey: ['getUserJob', appID, id],
    queryFn: async ({ signal }) => (await call('getUserJob', { path: { appID, userJobID: id ?? '' } }, signal)).job,
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data?.finished_at ? false : EVERY_MS),
  })
  return { job: data, failure: error }
}
