import { find, write } from '../dom.ts'
import type { Phase, State, Way } from '../state.ts'
import { showCodeForm } from './mailbox.ts'

interface Words {
  readonly label: string
  readonly submit: string
  readonly hint: string
}

const words: Readonly<Record<Way, Words>> = {
  code: {
    label: 'E-mail address or phone number',
    submit: 'Send a code',
    hint: 'No mail leaves this machine: the code lands in the mailbox on this page. A new address makes a new user.',
  },
  password: {
    label: 'E-mail address',
    submit: 'Log in',
    hint: 'No password yet? Make an account, or sign in by code and set one.',
  },
  sign_up: {
    label: 'E-mail address',
    submit: 'Create account',
    hint: 'The session starts at once. The address is yours only once a code has proven it.',
  },
}

/** The card of those who come without an old session. */
export function showWaysIn({ way, loginCode, offer, busy }: State, phase: Phase): void {
  const isOpen = phase === 'signed_out' || phase === 'legacy'
  find('panel-ways').hidden = !isOpen && offer === undefined
  const isUnderWay = loginCode !== undefined || offer !== undefined
  for (const id of ['ways-form', 'ways-elsewhere']) find(id).hidden = isUnderWay
  find('offer').hidden = offer === undefined
  write('offer-account', offer?.account ?? '')
  showCodeForm('login-code', loginCode?.sentTo)
  const { label, submit, hint } = words[way]
  write('ways-identifier-label', label)
  write('ways-submit', busy === 'login' ? 'One moment…' : submit)
  write('ways-hint', hint)
  for (const radio of find('ways').querySelectorAll('input')) radio.checked = radio.value === way
  find('ways-secret').hidden = way === 'code'
  find('ways-rules').hidden = way !== 'sign_up'
  const password = find<HTMLInputElement>('ways-password')
  password.required = way !== 'code'
  password.autocomplete = way === 'sign_up' ? 'new-password' : 'current-password'
  if (!isOpen) password.value = ''
}
