import { z } from 'zod'
import type { SendOutcome } from '../adapter.ts'
import { adapter } from '../adapter.ts'
import { failedWith, isSuccess, post, refusedNumber } from './http.ts'

/** No such number, a barred one, or one that is no longer in service. https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms */
const REFUSED = ['6', '7', '33', '34']

/** Throttled, or a fault of theirs. */
const WORDS: Readonly<Record<string, string>> = {
  '1': 'is asked too often',
  '4': 'did not accept our credentials',
  '5': 'had a fault of its own',
  '9': 'says that the account has no credit left',
  '15': 'does not accept this sender',
  '29': 'serves only listed numbers for this account',
}

const answerShape = z.object({ messages: z.array(z.object({ status: z.coerce.string() })).min(1) })

/** Every character that an SMS can hold in its compact form. GSM 03.38. */
const GSM = /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüàÅÉÆØÇßåéæøçèùìòΔΦΓΛΩΠΨΣΘΞ@£¥¤_^{}\\[\]~|€]*$/

export const vonage = adapter({
  kind: 'vonage',
  channels: ['sms'],
  options: z.object({
    api_key: z.string().min(1).max(64),
    from: z.string().regex(/^(\+?\d{6,15}|[A-Za-z0-9 ]{1,11})$/, 'is no sender'),
  }),
  secrets: z.object({ api_secret: z.string().min(1).max(256) }),

  async send(deps, _app, { options, secrets }, { id, recipient, text, sender }) {
    const body = JSON.stringify({
      api_key: options.api_key,
      api_secret: secrets.api_secret,
      from: (sender || options.from).replace(/^\+/, ''),
      to: recipient.replace(/^\+/, ''),
      text,
      type: GSM.test(text) ? 'text' : 'unicode',
      'client-ref': id,
    })
    const headers = { 'content-type': 'application/json' }
    return await post(deps, { url: 'https://rest.nexmo.com/sms/json', headers, body }, (answer) => {
      const parsed = answerShape.safeParse(answer.json)
      return isSuccess(answer) && parsed.success ? judge(parsed.data.messages) : failedWith(answer)
    })
  },
})

/** A long text goes as several messages; it was sent when all of them were. */
function judge(messages: readonly { status: string }[]): SendOutcome {
  const status = messages.find((message) => message.status !== '0')?.status
  if (status === undefined) return { kind: 'sent' }
  if (REFUSED.includes(status)) return refusedNumber(status)
  return { kind: 'failed', reason: `${WORDS[status] ?? 'did not take the message'} (code ${status.slice(0, 8)})` }
}
