import { make } from '../dom.ts'
import type { Rule } from '../login.ts'

const words: Readonly<Record<string, readonly [one: string, many: string]>> = {
  min_length: ['at least one character', 'at least # characters'],
  max_length: ['at most one character', 'at most # characters'],
  uppercase: ['an upper-case letter', '# upper-case letters'],
  lowercase: ['a lower-case letter', '# lower-case letters'],
  numbers: ['a digit', '# digits'],
  symbols: ['another character, such as a dash', '# other characters, such as dashes'],
}

/** An upper bound is news only to those who exceed it. */
const isTold = ({ criteria, valid }: Rule) => criteria !== 'max_length' || !valid

/** What a password must have; what it has is ticked. */
export function showRules(list: HTMLElement, rules: readonly Rule[]): void {
  list.replaceChildren(
    ...rules.filter(isTold).map(({ criteria, expected, valid }) => {
      const [one, many] = words[criteria] ?? [criteria, criteria]
      const text = expected === 1 ? one : many.replace('#', String(expected))
      return make('li', valid ? 'kept' : '', text, make('span', 'sr', valid ? ': yes' : ': not yet'))
    }),
  )
}
