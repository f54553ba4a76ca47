import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import type { SendOutcome } from '../../core/messages/adapter.ts'
import { sendBy } from '../../core/messages/provider.ts'
import { findProvider } from '../../core/messages/store/providers.ts'
import { OTP, render, SAMPLE_VALUES } from '../../core/messages/template.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import { PATH, providerParams, TAG } from './provider-body.ts'

const LOCALE = 'en'
const LIFETIME_MS = 600_000

export const testProvider = endpoint({
  method: 'POST',
  path: `${PATH}/{providerID}/test`,
  audience: 'management',
  operationId: 'testMessageProvider',
  permission: 'config:write',
  tag: TAG,
  summary: 'Send a message with a sample code by this provider, now, and say what came of it',
  access: managementKey,
  params: providerParams,
  body: z
    .object({ recipient: z.string().max(320).meta({ description: 'E-mail address, or number with country code.' }) })
    .meta({ id: 'TestMessageProviderRequest' }),
  response: z
    .object({
      outcome: z.object({
        status: z.enum(['sent', 'failed']),
        reason: z.string().nullable().meta({ description: 'Why it was not sent.' }),
      }),
    })
    .meta({ id: 'TestMessageProviderResponse' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, body, fail }, deps) {
    const provider = (await findProvider(deps.db, app.id, params.providerID)) ?? fail(notFound)
    const { channel } = provider
    const type = channel === 'email' ? 'email_address' : 'phone_number'
    const recipient =
      (await normaliseIdentifier({ type, value: body.recipient })) ??
      fail(universal.invalid_request, { message: `body.recipient: is none for ${channel}` })
    const values = { application: app.name, ...SAMPLE_VALUES }
    const texts = await render(deps.db, app, { channel, template: OTP, locale: LOCALE, values })
    const outcome = await sendBy(deps, app, provider, {
      ...texts,
      id: newId('msg', deps),
      channel,
      recipient: recipient.value,
      sender: '',
      values,
      locale: LOCALE,
      expiresAt: deps.now() + LIFETIME_MS,
    })
    return { body: { outcome: told(outcome) } }
  },
})

const told = (outcome: SendOutcome): { status: 'sent' | 'failed'; reason: string | null } =>
  outcome.kind === 'sent' ? { status: 'sent', reason: null } : { status: 'failed', reason: outcome.reason }
