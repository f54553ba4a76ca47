import type { Facts } from './facts.ts'
import { type Condition, counted, grouped, type Verdict } from './verdict.ts'

/** Who is meant by a migration, and how many of them are here. */
export interface Arrivals {
  /** Undefined while nothing tells. */
  readonly total: number | undefined
  readonly here: number
  readonly notYetHere: number | undefined
}

/** The greater of what is typed in and what is known: a file may lack people, and so may what somebody typed in long ago. */
export function arrivalsOf({ census, typedTotal, imports }: Facts): Arrivals {
  const { here, blocked, notYetHere, legacy } = census
  // Everybody known there is here, blocked, or not yet here.
  if (typedTotal !== undefined) {
    const total = Math.max(typedTotal, legacy)
    return { total, here, notYetHere: total - here - blocked }
  }
  return imports.some(({ status }) => status === 'completed')
    ? { total: legacy, here, notYetHere }
    : { total: undefined, here, notYetHere: undefined }
}

/** Whether the old system can be switched off, and who would notice: one sentence, or two. */
export function sentenceOf(verdict: Verdict, conditions: readonly Condition[], facts: Facts): string {
  const why = (state: Condition['state']) =>
    [...new Set(conditions.flatMap((one) => (one.state === state ? [one.words] : [])))].join('; ')
  switch (verdict) {
    case 'yes':
      return `Yes, the old system can be switched off: ${arrivalWords(facts)}, and ${whoWouldNotice(facts)}.`
    case 'no':
      return `No, the old system is still needed: ${why('failed')}.`
    case 'unclear':
      return `Nobody can say yet whether the old system can be switched off: ${why('unknown')}.`
  }
}

function arrivalWords(facts: Facts): string {
  const { total, here } = arrivalsOf(facts)
  if (total === undefined) return `${counted(here, 'person is', 'people are')} here`
  return here === total ? `all ${grouped(total)} are here` : `${grouped(here)} of ${grouped(total)} are here`
}

function whoWouldNotice(facts: Facts): string {
  const { leftBehind, activityUnknown } = facts.census
  const { notYetHere = 0 } = arrivalsOf(facts)
  if (leftBehind > 0)
    return `${counted(leftBehind, 'person', 'people')} who used it in the month before the import would have to log in once`
  if (notYetHere === 0) return 'nobody would notice'
  if (activityUnknown > 0) return `whoever of the other ${grouped(notYetHere)} comes back would have to log in once`
  return `nobody who used it lately would notice`
}
