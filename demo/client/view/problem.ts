import { find, make, write } from '../dom.ts'
import type { State } from '../state.ts'
import type { Problem } from '../words.ts'

let shown: Problem | undefined

/** What went wrong: beside what was attempted, where there is a place for it; else on top. */
export function showProblem({ problem }: State): void {
  if (problem === shown) return
  shown = problem
  let isBeside = false
  for (const place of document.querySelectorAll<HTMLElement>('[data-fault]')) {
    const isHere = problem !== undefined && problem.during === place.dataset.fault
    if (isHere) place.replaceChildren(`${problem.words} `, make('code', '', problem.code))
    place.hidden = !isHere
    isBeside ||= isHere
  }
  find('problem').hidden = !problem || isBeside
  write('problem-words', problem?.words ?? '')
  write('problem-code', problem?.code ?? '')
}
