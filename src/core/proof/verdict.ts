import type { Exchanges, Facts, ImportFacts } from './facts.ts'

export const CONDITIONS = [
  'sums_add_up',
  'canaries_log_in',
  'nobody_logged_out',
  'nobody_unknown',
  'nobody_locked_out',
  'hardly_anybody_refused',
] as const

export type ConditionName = (typeof CONDITIONS)[number]

export interface Condition {
  readonly condition: ConditionName
  /** `unknown`: what is needed to judge it is not there. */
  readonly state: 'met' | 'failed' | 'unknown'
  /** For people: why. Part of a sentence. */
  readonly words: string
}

/** Whether the legacy system can be switched off. */
export type Verdict = 'yes' | 'no' | 'unclear'

/** Yes when every condition is met, no when one has failed, unclear while nobody can tell. */
export function decideVerdict(conditions: readonly Condition[]): Verdict {
  if (conditions.some(({ state }) => state === 'failed')) return 'no'
  return conditions.length > 0 && conditions.every(({ state }) => state === 'met') ? 'yes' : 'unclear'
}

/** Judge each condition. imports.md §4. */
export const judgeConditions = (facts: Facts): Condition[] => [
  { condition: 'sums_add_up', ...judgeSums(facts) },
  { condition: 'canaries_log_in', ...judgeCanaries(facts) },
  { condition: 'nobody_logged_out', ...judgeEnded(facts) },
  { condition: 'nobody_unknown', ...judgeUnknown(facts) },
  { condition: 'nobody_locked_out', ...judgeLockedOut(facts) },
  { condition: 'hardly_anybody_refused', ...judgeRefusals(facts.lately) },
]

type Judged = Omit<Condition, 'condition'>

const met = (words: string): Judged => ({ state: 'met', words })
const failed = (words: string): Judged => ({ state: 'failed', words })
const unknown = (words: string): Judged => ({ state: 'unknown', words })

const NO_IMPORT = 'no import has been completed'
const UNDER_WAY: readonly string[] = ['open', 'loading', 'paused', 'rolling_back']

const completed = ({ imports }: Facts): readonly ImportFacts[] => imports.filter(({ status }) => status === 'completed')

function judgeSums(facts: Facts): Judged {
  const [newest] = facts.imports
  const done = completed(facts)
  const wrong = done.filter((one) => !addsUp(one))
  if (wrong.length > 0) return failed(`the lines of ${counted(wrong.length, 'import')} do not add up`)
  if (newest?.status === 'failed') return failed('the latest import has failed')
  if (facts.imports.some(({ status }) => UNDER_WAY.includes(status))) return unknown('an import is under way')
  if (done.length === 0) return unknown(NO_IMPORT)
  const missing = missingFromFiles(facts, done)
  if (missing > 0)
    return failed(
      `the legacy system has ${counted(missing, 'person', 'people')} more than are here or in any one import`,
    )
  return met(`every line of ${counted(done.length, 'import')} has become something`)
}

function addsUp({ lines, expected_lines = lines, outcomes }: ImportFacts): boolean {
  const sum = Object.values(outcomes).reduce((all, one) => all + one, 0)
  return sum === lines && lines === expected_lines
}

/**
 * How many users the legacy system says it has beyond those who are known here, or were a line of the longest file: whoever is deleted here since was
 * one. Lines of several files are not summed, for who was refused in one may have come by the next.
 */
const missingFromFiles = ({ typedTotal = 0, census }: Facts, done: readonly ImportFacts[]): number =>
  typedTotal - Math.max(census.legacy, ...done.map(({ lines }) => lines))

function judgeCanaries(facts: Facts): Judged {
  const done = completed(facts)
  const results = done.flatMap(({ canaries }) => canaries)
  const bad = results.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'not_checked')
  if (bad.length > 0) return failed(`${bad.length} of ${counted(results.length, 'test account')} cannot log in`)
  if (done.length === 0) return unknown(NO_IMPORT)
  if (done.every(({ hash_forms }) => Object.keys(hash_forms).length === 0)) return met('no password came over by file')
  if (results.length === 0) return unknown('no test account was named to try the passwords with')
  if (results.some(({ outcome }) => outcome !== 'ok')) return unknown('the test accounts have not been tried yet')
  return met(`${counted(results.length, 'test account')} can log in`)
}

function judgeEnded({ ended }: Facts): Judged {
  const { migration = 0 } = ended
  return migration === 0
    ? met('the migration has logged nobody out')
    : failed(`the migration has ended ${counted(migration, 'session')}`)
}

function judgeUnknown(facts: Facts): Judged {
  const { unknownHere } = facts.census
  if (completed(facts).length === 0) return unknown(NO_IMPORT)
  return unknownHere === 0
    ? met('everybody who came with a legacy session was in an import')
    : failed(
        `${counted(unknownHere, 'person', 'people')} came with a legacy session and ${were(unknownHere)} in no import`,
      )
}

function judgeLockedOut({ census: { lockedOut, maybeLockedOut } }: Facts): Judged {
  const people = (count: number) => counted(count, 'person', 'people')
  if (lockedOut > 0) return failed(`${people(lockedOut)} active lately can log in by the old system alone`)
  return maybeLockedOut > 0
    ? unknown(`nobody knows whether ${people(maybeLockedOut)} who can log in by the old system alone still would`)
    : met('whoever was active lately can log in without the old system')
}

/** Refusals that are none of a migration's: the same token was refused a moment before, or whose it was is blocked here. */
const NOT_HELD_AGAINST = ['refused_before', 'user_blocked']
/** Of so many exchanges one may be refused. */
const ONE_IN = 1_000

function judgeRefusals({ exchanged, inGrace, refused }: Exchanges): Judged {
  const exchanges = exchanged + inGrace
  const rightly = NOT_HELD_AGAINST.map((reason) => refused[reason] ?? 0)
  const refusals = sumOf(refused) - rightly.reduce((sum, one) => sum + one, 0)
  if (refusals > 0 && refusals * ONE_IN >= exchanges)
    return failed(
      `${counted(refusals, 'legacy session')} of ${grouped(exchanges + refusals)} ${were(refusals)} refused in the last 30 days`,
    )
  if (exchanges === 0) return unknown('nobody has brought a legacy session in the last 30 days')
  return met(
    refusals === 0
      ? `none of ${counted(exchanges, 'legacy session')} was refused`
      : `${refusals} of ${grouped(exchanges + refusals)} legacy sessions ${were(refusals)} refused, fewer than one in a thousand`,
  )
}

export const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, one) => sum + one, 0)

const were = (count: number) => (count === 1 ? 'was' : 'were')

/** `1 import`, `2,000 imports`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`

/** `12,345`, wherever the server runs. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
