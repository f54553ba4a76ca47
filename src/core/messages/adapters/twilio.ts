import { z } from 'zod'
import { adapter } from '../adapter.ts'
import { failedWith, isSuccess, post, refusedNumber } from './http.ts'

/** Not a number, no mobile number, or one whose owner wrote STOP. https://www.twilio.com/docs/api/errors */
const REFUSED = [21211, 21217, 21610, 21614]

const fault = z.object({ code: z.int() })

export const twilio = adapter({
  kind: 'twilio',
  channels: ['sms'],
  options: z.object({
    account_sid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, 'is no account SID'),
    from: z
      .string()
      .regex(/^(\+\d{6,15}|[A-Za-z0-9 ]{1,11}|\d{3,8})$/, 'is no sender')
      .optional(),
    messaging_service_sid: z
      .string()
      .regex(/^MG[0-9a-fA-F]{32}$/, 'is no messaging service SID')
      .optional(),
  }),
  secrets: z.object({ auth_token: z.string().min(1).max(256) }),
  problemOf: ({ options }) =>
    options.from || options.messaging_service_sid
      ? undefined
      : 'options: one of from and messaging_service_sid is required',

  async send(deps, _app, { options, secrets }, { recipient, text, sender }) {
    const { account_sid: account, messaging_service_sid: service } = options
    const from = sender || options.from
    const form = new URLSearchParams({ To: recipient, Body: text })
    if (from) form.set('From', from)
    if (service && !sender) form.set('MessagingServiceSid', service)
    const request = {
      url: `https://api.twilio.com/2010-04-01/Accounts/${account}/Messages.json`,
      headers: {
        authorization: `Basic ${Buffer.from(`${account}:${secrets.auth_token}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: form.toString(),
    }
    return await post(deps, request, (answer) => {
      if (isSuccess(answer)) return { kind: 'sent' }
      const code = fault.safeParse(answer.json).data?.code
      return code !== undefined && REFUSED.includes(code) ? refusedNumber(code) : failedWith(answer, code)
    })
  },
})
