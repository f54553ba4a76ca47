import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { canonicalLocale } from '../../core/messages/locale.ts'
import { deleteTemplate, listTemplateKeys, listTemplates, putTemplate } from '../../core/messages/store/templates.ts'
import { CHANNELS, type TemplateRow } from '../../core/messages/tables.ts'
import {
  builtInTexts,
  fill,
  OTP,
  problemOfTexts,
  render,
  SAMPLE_VALUES,
  TEMPLATE_NAME,
} from '../../core/messages/template.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { appParams, TAG } from './provider-body.ts'

const PATH = '/v2/session/apps/{appID}/config/messages/templates'
const ONE_PATH = `${PATH}/{template}/{channel}/{locale}`

/** All of them are one answer. */
const MAX_TEMPLATES = 200

const failure = failures({
  too_many_message_templates: [
    'conflict',
    `An application has texts of its own for at most ${MAX_TEMPLATES} messages.`,
  ],
})

const templateName = z.string().regex(TEMPLATE_NAME, 'is no name of a template: a-z, 0-9, _ and -, at most 64')
const channel = z.enum(CHANNELS)
const locale = z
  .string()
  .max(35)
  .refine((text) => canonicalLocale(text) !== undefined, 'is no language tag')
  .meta({ description: 'Language tag, like `en` or `pt-BR`.' })

const texts = {
  subject: z.string().max(200),
  text: z.string().max(5_000),
  html: z.string().max(40_000),
}

const params = z.object({ appID: z.string(), template: templateName, channel, locale })
const template = z
  .object({
    template: z.string(),
    channel,
    locale: z.string(),
    built_in: z.boolean().meta({ description: 'Of the server, used where the application has no texts of its own.' }),
    ...texts,
    updated_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'MessageTemplate' })

const view = (row: Omit<TemplateRow, 'app_id'>) => ({
  template: row.template,
  channel: row.channel,
  locale: row.locale,
  built_in: false,
  subject: row.subject,
  text: row.text,
  html: row.html,
  updated_at: rfc3339(row.updated_at),
})

export const list = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listMessageTemplates',
  permission: 'config:read',
  tag: TAG,
  summary: 'List the texts of messages: the application’s own, then the built-in ones',
  access: managementKey,
  params: appParams,
  response: z.object({ templates: z.array(template) }).meta({ id: 'MessageTemplatesResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const own = await listTemplates(deps.db, app.id)
    const builtIn = builtInTexts().map((one) => ({ ...one, built_in: true, updated_at: null }))
    return { body: { templates: [...own.map(view), ...builtIn] } }
  },
})

export const replace = endpoint({
  method: 'PUT',
  path: ONE_PATH,
  audience: 'management',
  operationId: 'putMessageTemplate',
  permission: 'config:write',
  tag: TAG,
  summary: 'Write the application’s own texts of a template, in one language',
  access: managementKey,
  params,
  body: z.object({ subject: texts.subject.default(''), text: texts.text, html: texts.html.default('') }).meta({
    id: 'MessageTemplateInput',
    description: '`{{code}}`, `{{application}}` and `{{minutes}}` are filled in; `{{code}}` must be there.',
  }),
  response: z.object({ template }).meta({ id: 'MessageTemplateResponse' }),
  failures: [universal.invalid_request, failure.too_many_message_templates],

  async handle({ app, params, body, fail }, deps) {
    const problem = problemOfTexts(params.channel, params.template, body)
    if (problem) return fail(universal.invalid_request, { message: `body.${problem}` })
    const { template, channel } = params
    const locale = canonicalLocale(params.locale) ?? ''
    const row = { app_id: app.id, template, channel, locale, ...body, updated_at: deps.now() }
    const kept = await deps.transact(async (tx) => {
      const own = await listTemplateKeys(tx, app.id)
      const isReplaced = own.some(
        (one) => one.template === template && one.channel === channel && one.locale === locale,
      )
      if (!isReplaced && own.length >= MAX_TEMPLATES) return false
      await putTemplate(tx, row)
      return true
    })
    if (!kept) return fail(failure.too_many_message_templates)
    return { body: { template: view(row) } }
  },
})

export const remove = endpoint({
  method: 'DELETE',
  path: ONE_PATH,
  audience: 'management',
  operationId: 'deleteMessageTemplate',
  permission: 'config:write',
  tag: TAG,
  summary: 'Delete the application’s own texts of a template, in one language',
  access: managementKey,
  params,
  response: noContent,
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, fail }, deps) {
    const { template, channel } = params
    const locale = canonicalLocale(params.locale) ?? ''
    const deleted = await deps.transact((tx) => deleteTemplate(tx, { app_id: app.id, template, channel, locale }))
    return deleted ? {} : fail(notFound)
  },
})

export const preview = endpoint({
  method: 'POST',
  path: `${PATH}/preview`,
  audience: 'management',
  operationId: 'previewMessageTemplate',
  permission: 'config:read',
  audit: { none: 'it shows what a message would look like, and sends none' },
  tag: TAG,
  summary: 'Show a message with a sample code: of given texts, or of those that would be chosen',
  access: managementKey,
  params: appParams,
  body: z
    .object({
      channel,
      template: templateName.default(OTP),
      locale: locale.default('en'),
      texts: z
        .object({ subject: texts.subject.default(''), text: texts.text, html: texts.html.default('') })
        .optional(),
    })
    .meta({ id: 'PreviewMessageTemplateRequest' }),
  response: z.object({ preview: z.object({ subject: z.string(), text: z.string(), html: z.string() }) }).meta({
    id: 'PreviewMessageTemplateResponse',
  }),
  failures: [universal.invalid_request],

  async handle({ app, body, fail }, deps) {
    const { channel, template, locale, texts } = body
    const problem = texts && problemOfTexts(channel, template, texts)
    if (problem) return fail(universal.invalid_request, { message: `body.texts.${problem}` })
    const values = { application: app.name, ...SAMPLE_VALUES }
    const preview = texts ? fill(texts, values) : await render(deps.db, app, { channel, template, locale, values })
    return { body: { preview } }
  },
})
