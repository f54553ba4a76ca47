import { find, make, write } from '../dom.ts'
import type { HeldIdentifier, State } from '../state.ts'
import { showCodeForm } from './mailbox.ts'

const WORDS = 'These take one more proof. With it, the access token carries a scope for them.'
const GRANTED = 'Proven. The access token carries the scope for five minutes, or until the password is set.'

let shown: readonly HeldIdentifier[] | undefined

/** The card of what takes more than being signed in. */
export function showSecurity({ stepUp, securityNews, identifiers }: State, signedIn: boolean): void {
  find('panel-security').hidden = !signedIn
  find('security-actions').hidden = stepUp !== undefined
  find('identifier-form').hidden = stepUp?.stage !== 'start'
  showCodeForm('step-up-code', stepUp?.stage === 'code' ? stepUp.code.sentTo : undefined)
  const form = find<HTMLFormElement>('password-form')
  if (!form.hidden && stepUp?.stage !== 'granted') form.reset()
  form.hidden = stepUp?.stage !== 'granted'
  write('security-words', stepUp?.stage === 'granted' ? GRANTED : (!stepUp && securityNews) || WORDS)
  write('security-scope', stepUp ? 'stepping up' : '')
  if (identifiers === shown) return
  shown = identifiers
  find('identifiers').replaceChildren(...(identifiers ?? []).map(itemOf))
}

function itemOf({ type, value, verified }: HeldIdentifier): HTMLElement {
  const kind = type === 'email_address' ? 'E-mail' : 'Phone'
  const named = [make('span', 'soft', kind), make('span', 'identifier', value)]
  if (verified) return make('li', '', ...named, make('span', 'tag own', 'verified'))
  const button = make('button', 'quiet', 'Prove it', make('span', 'sr', ` is yours: ${value}`))
  button.type = 'button'
  button.dataset.identifier = value
  return make('li', '', ...named, make('span', 'tag', 'not yet proven'), button)
}
