import type { Deps } from '../deps.ts'
import { tracedDatabase } from './database.ts'
import { tracedFetch } from './outbound.ts'

/** What a process works with, as it is recorded; the same, to the function, where there is nothing to record with. */
export function tracedProcess(deps: Deps): Deps {
  if (!deps.recorder) return deps
  const { tracer } = deps.recorder
  const system = deps.config.databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'postgresql'
  return { ...deps, ...tracedDatabase(tracer, system, deps), fetch: tracedFetch(tracer, deps.fetch) }
}
