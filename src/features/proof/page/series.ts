import type { Census } from '../../../core/proof/census.ts'
import type { Facts } from '../../../core/proof/facts.ts'
import { judgedFrom } from '../../../core/proof/facts.ts'
import { arrivalsOf } from '../../../core/proof/sentence.ts'
import { DAY_MS } from '../../../core/rollups/rollup.ts'
import type { Rollup } from '../../../core/rollups/store.ts'
import { rfc3339 } from '../../../platform/clock.ts'
import { daysOf } from '../days.ts'
import type { Series } from './plot.ts'

export interface Table {
  readonly labels: readonly string[]
  readonly series: readonly Series[]
}

const dayOf = (ms: number) => rfc3339(ms).slice(0, 10)
const startOfDay = (ms: number) => Math.floor(ms / DAY_MS) * DAY_MS

const WAY_WORDS: Readonly<Record<string, string>> = {
  legacy: 'by their session',
  grace: 'by an expired session',
  password: 'by password',
  code: 'by code',
}

/** How somebody came, in words. */
export const wayWords = (way: string): string => WAY_WORDS[way] ?? `by ${way.replace(/^oauth:/, '')}`

/** Looks of what is in several plots. */
const REFUSED = 3
const OTHER_WAYS = 4
const NOT_YET = 5

/** The ways that a plot tells apart, and all others as one. */
function waysOf({
  byWay,
}: Census): readonly { readonly name: string; readonly look: number; readonly ways: readonly string[] }[] {
  const named = Object.entries(WAY_WORDS).map(([way, name], look) => ({ name, look, ways: [way] }))
  const others = Object.keys(byWay).filter((way) => !Object.hasOwn(WAY_WORDS, way))
  return [...named, { name: 'by other ways', look: OTHER_WAYS, ways: others }].filter(({ ways }) =>
    ways.some((way) => (byWay[way] ?? 0) > 0),
  )
}

/** Who was here at the end of each day, by way, and who was not: of those who are known now. Days, or weeks when they are many. */
export function burnDown(facts: Facts, now: number): Table {
  const { starts, byWay, notYetHere } = daysOf(facts, now)
  const at = (ways: readonly string[]) =>
    starts.map((_, i) => ways.reduce((sum, way) => sum + (byWay[way]?.[i] ?? 0), 0))
  return {
    labels: starts.map(dayOf),
    series: [
      ...waysOf(facts.census).map(({ name, look, ways }) => ({ name, look, values: at(ways) })),
      ...(notYetHere === undefined ? [] : [{ name: 'not yet here', look: NOT_YET, values: notYetHere }]),
    ],
  }
}

/** Who is where now. */
export function today(facts: Facts): readonly Series[] {
  const { here, idle, blocked } = facts.census
  const { notYetHere } = arrivalsOf(facts)
  return [
    { name: 'here', look: 0, values: [here - idle] },
    { name: 'here, not seen for 30 days', look: OTHER_WAYS, values: [idle] },
    ...(notYetHere === undefined ? [] : [{ name: 'not yet here', look: NOT_YET, values: [notYetHere] }]),
    ...(blocked === 0 ? [] : [{ name: 'blocked, not here', look: REFUSED, values: [blocked] }]),
  ]
}

const OUTCOMES: readonly (readonly [outcome: string, name: string, look: number])[] = [
  ['exchanged', 'exchanged', 0],
  ['in_grace', 'exchanged in grace', 1],
  ['refused', 'refused', REFUSED],
  ['unclear', 'unclear, to be tried again', 2],
]

/** Legacy sessions that were brought on each day by which a migration is judged. What a process counted whose clock is ahead is of today. */
export function exchangesByDay(hours: readonly Rollup[], now: number): Table {
  const last = startOfDay(now)
  const days: number[] = []
  for (let day = judgedFrom(now); day <= last; day += DAY_MS) days.push(day)
  const count = (day: number, outcome: string) =>
    hours.reduce(
      (sum, { hour, labels, count: n }) =>
        sum + (startOfDay(Math.min(hour, now)) === day && labels.outcome === outcome ? n : 0),
      0,
    )
  return {
    labels: days.map(dayOf),
    series: OUTCOMES.map(([outcome, name, look]) => ({ name, look, values: days.map((day) => count(day, outcome)) })),
  }
}
