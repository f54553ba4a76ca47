import type { Deps } from './deps.ts'
import type { Endpoint } from './endpoint.ts'
import type { Finding } from './finding.ts'
import type { Job } from './jobs/jobs.ts'
import type { Lanes } from './jobs/lanes.ts'
import type { Look } from './metrics-look.ts'
import type { Migration } from './migrate.ts'
import type { SealedColumn } from './sealed-column.ts'
import type { Settings } from './settings.ts'

/** A table that holds rows of applications, with a column to delete batches by. */
export type OwnedTable = readonly [table: string, keyColumn: string]

/** What a feature or a noun of core adds to the server. */
export interface Feature {
  readonly name: string
  readonly endpoints?: readonly Endpoint[]
  readonly settings?: readonly Settings[]
  readonly migrations?: readonly Migration[]
  readonly jobs?: readonly Job[]
  readonly lanes?: Lanes
  /** Tables whose rows go when their application is deleted. */
  readonly tables?: readonly OwnedTable[]
  /** Sets metrics, once in five minutes while somebody asks for them. */
  readonly look?: Look
  /** Columns that hold what is sealed under the master key. */
  readonly sealed?: readonly SealedColumn[]
  /** URLs that this server calls on an application's behalf, as its owner configured them. */
  outboundUrls?(deps: Deps, appId: string): Promise<readonly string[]>
  /** What is to be said of how an application uses it. `asks`: whether others may be asked for it, over the network. */
  examine?(deps: Deps, appId: string, asks: boolean): Promise<readonly Finding[]>
}
