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
    if (answer.kind === 'paid') return showReceipt(answer.receipt)
    const { token } = await stepUp.request(answer.scope, { ...payment })
    change({ transfer: { kind: 'asked', payment, challengeToken: token } })
    announce('Foxglove asks whether it is you.')
    find('approve-title').focus()
  })

/** What the bank’s own app would do: confirm to the bank, whose word completes the step. Then pay, with the token that this buys. */
export const approve = () =>
  attempt(BANK, async () => {
    const { transfer } = current()
    if (transfer?.kind !== 'asked') return
    await stepUp.prove(await bank.confirm(transfer.challengeToken))
    const session = await antiphon.currentSession()
    change({ antiphon: session })
    tell({ kind: 'refreshed' })
    const answer = await bank.transfer(session.accessToken, transfer.payment)
    if (answer.kind === 'paid') showReceipt(answer.receipt)
  })

function showReceipt(receipt: Receipt) {
  change({ transfer: { kind: 'paid', receipt } })
  announce('The transfer is done.')
  find('receipt-title').focus({ preventScroll: true })
}

export function startAnew(): void {
  change({ transfer: undefined, problem: undefined })
  find('bank-to').focus()
}
