import { find, make, write } from '../dom.ts'
import type { HeldIdentifier, State } from '../state.ts'
import { showCodeForm } from './mailbox.ts'
import { showPasskeys } from './passkeys.ts'

const WORDS = 'These take one more proof. With it, the access token carries a scope for them.'
const GRANTED = {
  password: 'Proven. The access token carries the scope for five minutes, or until the password is set.',
  passkey: 'Proven. The access token carries the scope for five minutes, or until the passkey is made.',
}
const NAMING = 'The name is for you alone, to tell one passkey from another.'

let shown: readonly HeldIdentifier[] | undefined

/** The card of what takes more than being signed in. */
export function showSecurity(state: State, signedIn: boolean): void {
  const { stepUp, naming, identifiers } = state
  find('panel-security').hidden = !signedIn
  find('security-actions').hidden = stepUp !== undefined || naming !== undefined
  find('identifier-form').hidden = stepUp?.stage !== 'start'
  showCodeForm('step-up-code', stepUp?.stage === 'code' ? stepUp.code.sentTo : undefined)
  const form = find<HTMLFormElement>('password-form')
  const isSetting = stepUp?.stage === 'granted' && stepUp.purpose === 'password'
  if (!form.hidden && !isSetting) form.reset()
  form.hidden = !isSetting
  showPasskeys(state)
  write('security-words', wordsOf(state))
  write('security-scope', stepUp ? 'stepping up' : '')
  if (identifiers === shown) return
  shown = identifiers
  find('identifiers').replaceChildren(...(identifiers ?? []).map(itemOf))
}

function wordsOf({ stepUp, naming, securityNews }: State): string {
  if (naming) return NAMING
  if (stepUp?.stage === 'granted') return GRANTED[stepUp.purpose]
  return (!stepUp && securityNews) || WORDS
}

function itemOf({ type, value, verified }: HeldIdentifier): HTMLElement {
  const kind = type === 'email_address' ? 'E-mail' : 'Phone'
  const named = [make('span', 'soft', kind), make('span', 'identifier', value)]
  if (verified) return make('li', '', ...named, make('span', 'tag own', 'verified'))
  const button = make('button', 'quiet', 'Prove it', make('span', 'sr', ` is yours: ${value}`))
  button.type = 'button'
  button.id = `prove-${value}`
  button.dataset.identifier = value
  return make('li', '', ...named, make('span', 'tag', 'not yet proven'), button)
}
