import { ago } from '../clock.ts'
import { arrange, make } from '../dom.ts'
import type { Mail } from '../mail.ts'

/** Messages, each with a button that does something with its code. One that is there already stays as it is. */
export function showLetters(
  list: HTMLElement,
  mail: readonly Mail[],
  action: string,
  onPress: (code: string) => void,
): void {
  const there = new Map(([...list.children] as HTMLElement[]).map((row) => [row.dataset.mail, row]))
  arrange(
    list,
    mail.map((one) => there.get(one.id) ?? newLetter(one, action, onPress)),
  )
}

function newLetter(mail: Mail, action: string, onPress: (code: string) => void): HTMLElement {
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
  const row = make('li', 'letter', head, ...(code ? [codeRow(code, action, onPress)] : []), ...restOf(subject, text))
  row.dataset.mail = mail.id
  return row
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
