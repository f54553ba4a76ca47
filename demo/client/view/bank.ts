import { find, write } from '../dom.ts'
import { holdsScope, type Payment, type State } from '../state.ts'

const SCOPE = 'transfer:write'

/** The pretend bank. */
export function showBank({ transfer }: State, signedIn: boolean): void {
  find('panel-bank').hidden = !signedIn
  find('bank-form').hidden = transfer !== undefined
  find('bank-approval').hidden = transfer?.kind !== 'asked'
  find('bank-receipt').hidden = transfer?.kind !== 'paid'
  if (transfer?.kind === 'asked') showPayment('approval', transfer.payment)
  if (transfer?.kind !== 'paid') return
  showPayment('receipt', transfer.receipt)
  write('receipt-number', transfer.receipt.number)
  write('receipt-words', holdsScope(SCOPE) ? CARRIED : GONE)
}

const CARRIED = `The access token still carries ${SCOPE}. It was for one token only: refresh, and it is gone.`
const GONE = `The scope ${SCOPE} was for one token, and left with it.`

function showPayment(where: 'approval' | 'receipt', { to, amount, currency }: Payment) {
  write(`${where}-sum`, `${amount} ${currency}`)
  write(`${where}-to`, to)
}
