import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { reportOf } from '../imports/progress.ts'
import { writeCounted } from '../rollups/count.ts'
import { DAY_MS, type Labels, startOf } from '../rollups/rollup.ts'
import { listRollups, type Rollup, totalRollups } from '../rollups/store.ts'
import type { Census } from './census.ts'
import { listRealImports, takeCensus, timesOf } from './count.ts'
import { proofSettings } from './settings.ts'

export type ImportFacts = { readonly id: string } & ReturnType<typeof reportOf>

/** Legacy sessions that were brought, by what became of them. */
export interface Exchanges {
  readonly exchanged: number
  /** Of tokens that were over; not among the others. */
  readonly inGrace: number
  readonly refused: Readonly<Record<string, number>>
  readonly unclear: Readonly<Record<string, number>>
}

/** Everything that a proof rests on. */
export interface Facts {
  readonly census: Census
  /** How many users the legacy system has, if somebody has said so. */
  readonly typedTotal: number | undefined
  /** Without dry runs; newest first. */
  readonly imports: readonly ImportFacts[]
  readonly ever: Exchanges
  readonly lately: Exchanges
  /** Sessions that began with an exchange, by why they ended; and whatever ended because an account became somebody's of the legacy system. */
  readonly ended: Readonly<Record<string, number>>
  /** Hours of `lately`, for plots. */
  readonly hours: readonly Rollup[]
}

/** Days by which a migration is judged: what was wrong at the beginning and was mended is not held against it for ever. */
export const JUDGED_DAYS = 30

/** Since when a migration is judged, Unix ms: whole days (UTC), so that the days of a plot are what was judged, and no hour is cut in two. */
export const judgedFrom = (now: number): number => startOf(now - JUDGED_DAYS * DAY_MS, DAY_MS)

export async function gatherFacts(deps: Deps, app: Application): Promise<Facts> {
  await writeCounted(deps)
  const { db } = deps
  const imports = await listRealImports(deps, app.id)
  const [census, ever, hours, ended] = [
    await takeCensus(deps, app, timesOf(imports)),
    await totalRollups(db, app.id, 'exchange'),
    await listRollups(db, app.id, 'exchange', judgedFrom(deps.now()), Number.MAX_SAFE_INTEGER),
    await totalRollups(db, app.id, 'session_ended'),
  ]
  const { legacy_users } = settingsOf(app, proofSettings)
  return {
    census,
    typedTotal: legacy_users || undefined,
    imports: imports.map((row) => ({ id: row.id, ...reportOf(row) })),
    ever: sumExchanges(ever),
    lately: sumExchanges(hours),
    ended: sumEnded(ended),
    hours,
  }
}

type Counted = readonly { readonly labels: Labels; readonly count: number }[]

export function sumExchanges(rows: Counted): Exchanges {
  const of = (outcome: string) => rows.filter(({ labels }) => labels.outcome === outcome)
  return {
    exchanged: total(of('exchanged')),
    inGrace: total(of('in_grace')),
    refused: by('reason', of('refused')),
    unclear: by('reason', of('unclear')),
  }
}

const sumEnded = (rows: Counted) =>
  by(
    'reason',
    rows.filter(({ labels: { way, reason } }) => way === 'legacy' || way === 'grace' || reason === 'migration'),
  )

export const total = (rows: readonly { readonly count: number }[]): number =>
  rows.reduce((sum, { count }) => sum + count, 0)

function by(label: string, rows: Counted): Record<string, number> {
  const groups = Map.groupBy(rows, ({ labels }) => labels[label] ?? '')
  return Object.fromEntries([...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, some]) => [name, total(some)]))
}
