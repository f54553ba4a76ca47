import type { Deps } from './deps.ts'
import type { Endpoint } from './endpoint.ts'
import type { FastifyInstance } from './http.ts'
import type { Job } from './jobs/jobs.ts'
import type { Migration } from './migrate.ts'
import type { Settings } from './settings.ts'

/** What a feature or a noun of core adds to the server. */
export interface Feature {
  readonly name: string
  readonly endpoints?: readonly Endpoint[]
  readonly settings?: readonly Settings[]
  readonly migrations?: readonly Migration[]
  readonly jobs?: readonly Job[]
  /** Adds pages and their assets, outside the API. */
  pages?(server: FastifyInstance, deps: Deps): Promise<void>
}
