import { z } from 'zod'
import { signBody } from '../../../crypto/webhook-signature.ts'
import { findSigningKey } from '../../signing-keys/keyring.ts'
import { adapter } from '../adapter.ts'
import { failedWith, isSuccess, post } from './http.ts'

/** Statuses of a refusal that may pass: timeout, conflict, too early, too many. */
const PASSING = [408, 409, 425, 429]

/** Hands the message to a server of the application's own, signed as hooks are. */
export const webhook = adapter({
  kind: 'webhook',
  channels: ['email', 'sms'],
  options: z.object({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .refine((url) => !URL.parse(url)?.username && !URL.parse(url)?.password, 'holds credentials'),
  }),
  secrets: z.object({}),
  problemOf({ options }, { config }) {
    const isSafe = config.allowPrivateHooks || URL.parse(options.url)?.protocol === 'https:'
    return isSafe ? undefined : 'options.url: is no https URL'
  },

  async send(deps, app, { options }, { id, channel, recipient, subject, text, html, sender }) {
    const { kid, key } = await findSigningKey(deps, app.id, 'webhook', 'PS256')
    const body = JSON.stringify({ id, channel, recipient, subject, text, html, sender })
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Antiphon-Messages/1.0',
      'x-webhook-signature': signBody(key, body),
      'x-webhook-signature-key-id': kid,
    }
    return await post(deps, { url: options.url, headers, body, carriesTrace: true }, (answer) => {
      const { status } = answer
      if (isSuccess(answer)) return { kind: 'sent' }
      if (status < 400 || status > 499 || PASSING.includes(status)) return failedWith(answer)
      return { kind: 'refused', reason: `refused the message (${status})` }
    })
  },
})
