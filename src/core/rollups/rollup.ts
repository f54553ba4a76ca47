import type { RollupRow } from './tables.ts'

/**
 * What is counted by the hour, and its labels:
 *
 * - `session_started`: `way`, how its user came in.
 * - `session_ended`: `reason`, `migration` where an account became the one of a legacy record; and `way` as far as `amr` tells.
 * - `exchange`: `outcome` (`exchanged`, `in_grace`, `refused`, or `unclear` when nobody could say whether the token was good), of the first
 *   `way` (`token`, `refresh`, `hook`) and of the last two `reason`. Counted by `core/proof`.
 * - `password_login`: `outcome` (`right`, `wrong`, or of a hook also `unclear`), and `hash`, what it was compared with: `own`, `imported`, or `hook`
 *   where the legacy system was asked. Logins of nobody are not counted.
 * - `login_refused`: `way` (`passkey`, `provider` or `saml`), of the last `check`, which it failed: logins that came back with what opened nothing.
 * - `message`: `outcome` (`sent`, `failed`, or `withheld` where nothing was meant to arrive), `channel`, `template`, `provider` of what was sent, and
 *   `country` of a number.
 * - `code`: `outcome` (`entered` or `wrong`), `channel` and `country`, as far as tries were judged.
 */
export const METRICS = [
  'session_started',
  'session_ended',
  'exchange',
  'password_login',
  'login_refused',
  'message',
  'code',
] as const

export type Metric = (typeof METRICS)[number]

/** Values from lists of ours, so that there are few of them. */
export type Labels = Readonly<Record<string, string>>

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
/** How many days are kept hour by hour; what is older is folded into days. */
export const DAYS_OF_HOURS = 90

/** Start of the span that holds a time, Unix ms. */
export const startOf = (time: number, spanMs: number): number => Math.floor(time / spanMs) * spanMs

/** One text for the same labels, in whatever order they are given. */
export const writeLabels = (labels: Labels): string =>
  JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))

/** The counter that a row adds to. */
export const counterOf = ({ app_id, metric, labels, hour }: RollupRow): string =>
  JSON.stringify([app_id, metric, labels, hour])

/** Rows that add to the same counter as one. */
export function mergeRollups(rows: readonly RollupRow[]): RollupRow[] {
  return [...Map.groupBy(rows, counterOf).values()].map((same) => ({
    ...(same[0] as RollupRow),
    count: same.reduce((total, { count }) => total + count, 0),
    sum: same.reduce((total, { sum }) => total + sum, 0),
  }))
}

/** What hours add to their days. */
export const foldIntoDays = (rows: readonly RollupRow[]): RollupRow[] =>
  mergeRollups(rows.map((row) => ({ ...row, hour: startOf(row.hour, DAY_MS) })))
