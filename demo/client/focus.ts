import { find } from './dom.ts'
import type { Phase } from './state.ts'

/** Where to go on from, when what had the focus has gone and its card with it. */
const PLACES: Readonly<Record<Phase, string>> = {
  signed_out: 'ways-title',
  legacy: 'upgrade-title',
  live: 'token-title',
  expired: 'token-title',
  ended: 'ended-title',
}

/**
 * Remember what has the focus, before the page changes. Call back afterwards: whoever works by keyboard goes on from the same control where it was made
 * anew, else from the heading of its card, else from that of what comes next, and never from the top of the page.
 */
export function holdFocus(): (phase: Phase) => void {
  const held = document.activeElement
  const heading = held?.closest('.card')?.querySelector<HTMLElement>('h2')
  return (phase) => {
    if (!held || held === document.body || isThere(held)) return
    const same = held.id ? document.getElementById(held.id) : null
    lead([same, heading, find(PLACES[phase])].find(isThere))
  }
}

const isThere = (element: Element | null | undefined) => element?.isConnected === true && element.checkVisibility()

function lead(element: HTMLElement | null | undefined) {
  if (element?.tagName === 'H2') element.tabIndex = -1
  element?.focus()
}

/** Go on from a heading. */
export const focusHeading = (id: string): void => lead(find(id))
