import type { NodemailerError } from 'nodemailer'
import type { SendOutcome } from '../adapter.ts'
import { unreachable } from './http.ts'

type Reason = 'private_address' | 'timeout' | 'network'

/** No connection came about. */
export class NotConnected extends Error {
  readonly reason: Reason
  constructor(reason: Reason) {
    super(`not connected: ${reason}`)
    this.reason = reason
  }
}

const failed = (reason: string): SendOutcome => ({ kind: 'failed', reason })

/** What an error of nodemailer means. The words of the server are left out, for they often repeat the recipient. */
export function outcomeOfError(thrown: unknown): SendOutcome {
  if (thrown instanceof NotConnected) return unreachable(thrown.reason)
  const error = thrown as NodemailerError
  const { code, command, responseCode: reply } = error
  if (code === undefined) throw thrown
  if (code === 'EABORT' || code === 'ETIMEDOUT') return unreachable('timeout')
  if (command === 'STARTTLS' && reply) return failed(`does not offer STARTTLS (${reply})`)
  if (code === 'EAUTH') return failed(`did not accept the user name and password (${reply ?? 'no login offered'})`)
  if (code === 'ETLS' || isCertificateFault(error)) return failed('its TLS certificate is not trusted, or TLS failed')
  if (reply)
    return outcomeOfReply(command ?? '', reply, /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(error.response ?? '')?.[1])
  return failed('ended the connection')
}

/** How Node names what is wrong with a certificate. */
const isCertificateFault = ({ originalCode = '' }: { originalCode?: unknown }) =>
  /CERT|TLS|SSL|SIGNATURE|ISSUER/.test(String(originalCode))

/** RFC 5321 §4.2.1; `status` is the enhanced one, RFC 3463. */
function outcomeOfReply(command: string, reply: number, status: string | undefined): SendOutcome {
  const said = status === undefined ? `${reply}` : `${reply} ${status}`
  if (reply < 500) return failed(`asks to try again later (${said})`)
  if (!command.startsWith('RCPT')) return failed(`did not take the message (${said})`)
  if (isAboutRecipient(reply, status)) return { kind: 'refused', reason: `does not serve this recipient (${said})` }
  return failed(`did not take the message for this recipient (${said})`)
}

/** Whether the mailbox is at fault, and not our right to send there: x.1 is addressing (x.1.7 and x.1.8 the sender's), x.2 the mailbox. */
function isAboutRecipient(reply: number, status: string | undefined): boolean {
  if (status === undefined) return [550, 551, 552, 553].includes(reply)
  return /^5\.(1\.(?![78]$)|2\.)/.test(status)
}
