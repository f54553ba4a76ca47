import { announce, find, write } from '../dom.ts'
import type { Mail } from '../mail.ts'
import { awaitedCode, type State } from '../state.ts'
import { showLetters } from './letter.ts'

const SHOWN = 3

let shown: readonly Mail[] = []

/** The newest mail, beside whoever waits for a code. */
export function showMailbox(state: State): void {
  const { mail } = state
  find('panel-mailbox').hidden = !awaitedCode(state)
  if (mail === shown) return
  shown = mail
  find('mailbox-empty').hidden = mail.length > 0
  showLetters(find('letters'), mail.slice(0, SHOWN), 'Fill in', fillIn)
}

/** Put the code where it is waited for. */
function fillIn(code: string) {
  const form = [...document.forms].find(({ id, hidden }) => id.endsWith('-code') && !hidden)
  const input = form?.querySelector('input')
  if (!form || !input) return
  input.value = code
  announce('The code is filled in.')
  form.querySelector<HTMLElement>('[type="submit"]')?.focus()
}

/** The form in which a code is typed; `sentTo` is undefined when none is waited for. */
export function showCodeForm(id: string, sentTo: string | undefined): void {
  const form = find<HTMLFormElement>(id)
  if (form.hidden && sentTo !== undefined) form.reset()
  form.hidden = sentTo === undefined
  write(`${id}-to`, sentTo ?? '')
}
