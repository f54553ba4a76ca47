import { keepPreviousData, QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, call, type Input, type Operation } from './call.ts'
import type { Failure } from './failure.ts'

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Failure
  }
}

/** The calls try again by themselves where that is safe. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 5_000, refetchOnWindowFocus: false } },
})

interface Options {
  /** `false`: not yet. */
  readonly enabled?: boolean
  /** Asks again this often, while the page is seen. */
  readonly everyMs?: number | false
}

/** The answer of an operation that only reads. That of the question before is shown until the new one is there. */
export const useRead = <O extends Operation>(
  operation: O,
  input: Input<O>,
  { enabled = true, everyMs }: Options = {},
) =>
  useQuery<Answer<O>, Failure>({
    queryKey: [operation, input],
    queryFn: ({ signal }) => call(operation, input, signal),
    placeholderData: keepPreviousData as never,
    refetchInterval: everyMs ?? false,
    enabled,
  })

/** Has what these operations answered be asked for again. */
export function useRefresh(): (...operations: readonly Operation[]) => Promise<void> {
  const client = useQueryClient()
  return async (...operations) => {
    await Promise.all(operations.map((operation) => client.invalidateQueries({ queryKey: [operation] })))
  }
}
