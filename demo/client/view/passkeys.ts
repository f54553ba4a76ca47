import { ago } from '../clock.ts'
import { find, make, write } from '../dom.ts'
import type { Passkey, State } from '../state.ts'

const UNNAMED = 'without a name'

let shown: readonly Passkey[] | undefined

/** The passkeys of the user, and the form in which one gets its name. */
export function showPasskeys({ passkeys, stepUp, naming }: State): void {
  const isNew = stepUp?.stage === 'granted' && stepUp.purpose === 'passkey'
  const form = find<HTMLFormElement>('passkey-form')
  const isOver = !isNew && !naming
  if (!form.hidden && isOver) form.reset()
  form.hidden = isOver
  write('passkey-submit', naming ? 'Save' : 'Create passkey')
  if (passkeys === shown) return
  shown = passkeys
  find('passkeys').hidden = !passkeys?.length
  find('passkeys').replaceChildren(...(passkeys ?? []).map(itemOf))
}

function itemOf(passkey: Passkey): HTMLElement {
  const { nickname = UNNAMED, backup_state, created_at, last_used_at } = passkey
  const used = last_used_at ? `used ${ago(last_used_at * 1000)}` : `made ${ago(created_at * 1000)}`
  return make(
    'li',
    '',
    make('span', 'soft', 'Passkey'),
    make('span', 'identifier', nickname),
    make('span', 'soft used', used),
    make('span', 'tag own', backup_state ? 'synced' : 'this device only'),
    buttonFor('Rename', passkey),
    buttonFor('Remove', passkey),
  )
}

function buttonFor(action: 'Rename' | 'Remove', { credential_id, nickname = UNNAMED }: Passkey): HTMLElement {
  const button = make('button', 'quiet', action, make('span', 'sr', ` the passkey ${nickname}`))
  button.type = 'button'
  button.id = `${action}-${credential_id}`
  button.dataset.passkey = credential_id
  button.dataset.action = action
  return button
}
