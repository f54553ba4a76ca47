import * as antiphon from '../antiphon.ts'
import * as bank from '../bank.ts'
import { announce, find } from '../dom.ts'
import { change, current, type Payment, type Receipt } from '../state.ts'
import * as stepUp from '../step-up.ts'
import { tell } from '../tabs.ts'
import { attempt } from './attempt.ts'

const BANK = 'bank'

/** Ask the bank to pay. It names the scope that it wants to see first; the page asks Antiphon for that. RFC 9470. */
export const pay = (payment: Payment) =>
  attempt(BANK, async () => {
    const { accessToken } = await antiphon.currentSession()
    const answer = await bank.transfer(accessToken, payment)
    if (answer.kind === 'paid') return showReceipt(answer.receipt, '')
    const { scope } = answer
    const { token } = await stepUp.request(scope, { ...payment })
    change({ transfer: { kind: 'asked', payment, scope, challengeToken: token } })
    announce('Foxglove asks whether it is you.')
    find('approve-title').focus()
  })

/** What the bank’s own app would do: confirm to the bank, whose word completes the step. Then pay, with the token that this buys. */
export const approve = () =>
  attempt(BANK, async () => {
    const { transfer } = current()
    if (transfer?.kind !== 'asked') return
    await stepUp.prove(await bank.confirm(transfer.challengeToken))
    await carryOut(transfer.payment, transfer.scope)
  })

/** Approve the same payment by a passkey instead. The bank sees in the challenge, which Antiphon signs, what was approved. */
export const approveByPasskey = () =>
  attempt(BANK, async () => {
    const { transfer } = current()
    if (transfer?.kind !== 'asked') return
    const completed = await stepUp.sign(await stepUp.request(bank.SIGN_SCOPE, { ...transfer.payment }))
    await carryOut(transfer.payment, bank.SIGN_SCOPE, completed)
  })

async function carryOut(payment: Payment, scope: string, completed?: string) {
  const session = await antiphon.currentSession()
  change({ antiphon: session })
  tell({ kind: 'refreshed' })
  const answer = await bank.transfer(session.accessToken, payment, completed)
  if (answer.kind === 'paid') showReceipt(answer.receipt, scope)
}

function showReceipt(receipt: Receipt, scope: string) {
  change({ transfer: { kind: 'paid', receipt, scope } })
  announce('The transfer is done.')
  find('receipt-title').focus({ preventScroll: true })
}

export function startAnew(): void {
  if (current().transfer?.kind === 'asked') announce('Declined: nothing is paid.')
  change({ transfer: undefined, problem: undefined })
  find('bank-to').focus()
}
