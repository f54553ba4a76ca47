import { find, write } from '../dom.ts'
import { holdsScope, type Payment, type State } from '../state.ts'

/** The pretend bank. */
export function showBank({ transfer, passkeys }: State, signedIn: boolean): void {
  find('panel-bank').hidden = !signedIn
  find('bank-form').hidden = transfer !== undefined
  find('bank-approval').hidden = transfer?.kind !== 'asked'
  find('bank-receipt').hidden = transfer?.kind !== 'paid'
  find('approve-by-passkey').hidden = !passkeys?.length
  if (transfer?.kind === 'asked') showPayment('approval', transfer.payment)
  if (transfer?.kind !== 'paid') return
  showPayment('receipt', transfer.receipt)
  write('receipt-number', transfer.receipt.number)
  const { scope } = transfer
  write('receipt-words', holdsScope(scope) ? carried(scope) : gone(scope))
}

const carried = (scope: string) =>
  `The access token still carries ${scope}. It was for one token only: refresh, and it is gone.`
const gone = (scope: string) => `The scope ${scope} was for one token, and left with it.`

function showPayment(where: 'approval' | 'receipt', { to, amount, currency }: Payment) {
  write(`${where}-sum`, `${amount} ${currency}`)
  write(`${where}-to`, to)
}
