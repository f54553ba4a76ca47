import { ago } from '../clock.ts'
import { make } from '../dom.ts'
import type { Mail } from '../mail.ts'

/** A message, with a button that does something with its code. */
export function newLetter(mail: Mail, action: string, onPress: (code: string) => void): HTMLElement {
  const { channel, recipient, subject, text, code, created_at } = mail
  const time = make('time', 'soft', ago(Date.parse(created_at)))
  time.dateTime = created_at
  const head = make(
    'p',
    'letter-head',
    make('span', 'tag', channel === 'sms' ? 'SMS' : 'E-mail'),
    make('span', 'letter-to', make('span', 'sr', 'to '), recipient),
    time,
  )
  return make('li', 'letter', head, ...(code ? [codeRow(code, action, onPress)] : []), ...restOf(subject, text))
}

function codeRow(code: string, action: string, onPress: (code: string) => void): HTMLElement {
  const button = make('button', 'plain', action, make('span', 'sr', ` ${code}`))
  button.type = 'button'
  button.addEventListener('click', () => onPress(code))
  return make('p', 'letter-code', make('code', '', code), button)
}

function restOf(subject: string, text: string): HTMLElement[] {
  return [make('details', 'letter-text', make('summary', '', subject || 'The message'), make('p', '', text.trim()))]
}
