import { QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
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

/** The answer of an operation that only reads. That to another question about the same thing is shown until the new one is there. */
export const useRead = <O extends Operation>(
  operation: O,
  input: Input<O>,
  { enabled = true, everyMs }: Options = {},
) =>
  useQuery<Answer<O>, Failure>({
    queryKey: [operation, input],
    queryFn: ({ signal }) => call(operation, input, signal),
    // Its type cannot be told for an answer that is yet to be named.
    placeholderData: ((before: unknown, asked?: Asked) => (isAboutSame(asked, input) ? before : undefined)) as never,
    refetchInterval: everyMs ?? false,
    enabled,
  })

interface Asked {
  readonly queryKey: readonly unknown[]
}

function isAboutSame(asked: Asked | undefined, input: { readonly path?: unknown }): boolean {
  const [, before] = (asked?.queryKey ?? []) as [string?, { path?: unknown }?]
  return JSON.stringify(before?.path) === JSON.stringify(input.path)
}

/** Has what these operations answered be asked for again. */
export function useRefresh(): (...operations: readonly Operation[]) => Promise<void> {
  const client = useQueryClient()
  return async (...operations) => {
    await Promise.all(operations.map((operation) => client.invalidateQueries({ queryKey: [operation] })))
  }
}
