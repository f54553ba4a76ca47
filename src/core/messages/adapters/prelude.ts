import { z } from 'zod'
import { rfc3339 } from '../../../platform/clock.ts'
import { adapter } from '../adapter.ts'
import { failedWith, isSuccess, post, refusedNumber } from './http.ts'

const fault = z.object({ code: z.string() })

/** Sends a template of the Prelude account, with our code in its variables: the texts are kept there. https://docs.prelude.so */
export const prelude = adapter({
  kind: 'prelude',
  channels: ['sms'],
  options: z.object({
    template_id: z.string().min(1).max(128).meta({
      description: 'A template of the Prelude account; its variables are `code`, `application` and `minutes`.',
    }),
    from: z.string().min(1).max(32).optional(),
  }),
  secrets: z.object({ api_key: z.string().min(1).max(512) }),

  async send(deps, _app, { options, secrets }, { id, recipient, sender, values, locale, expiresAt }) {
    const { code, application, minutes } = values
    const from = sender || options.from
    const body = JSON.stringify({
      to: recipient,
      template_id: options.template_id,
      variables: { code, application, minutes },
      locale,
      correlation_id: id,
      expires_at: rfc3339(expiresAt),
      ...(from && { from }),
    })
    const headers = { authorization: `Bearer ${secrets.api_key}`, 'content-type': 'application/json' }
    return await post(deps, { url: 'https://api.prelude.dev/v2/transactional', headers, body }, (answer) => {
      if (isSuccess(answer)) return { kind: 'sent' }
      const said = fault.safeParse(answer.json).data?.code
      return said === 'invalid_phone_number' ? refusedNumber(said) : failedWith(answer, said)
    })
  },
})
