import type { Db } from '../../platform/db.ts'
import type { Application } from '../applications/application.ts'
import { defaultTexts, type Texts } from './default-texts.ts'
import { lookupRange } from './locale.ts'
import { noticeTexts } from './notice-texts.ts'
import { operatorTexts } from './operator-texts.ts'
import { listTemplates } from './store/templates.ts'
import { CHANNELS, type Channel, type TemplateRow } from './tables.ts'

/** The template whose texts we bring along; it stands in for every other. */
export const OTP = 'otp'
/** The notice that an account was changed; it has texts of its own. */
export const SECURITY_NOTICE = 'security_notice'

/** The notice to whoever runs the application; it has texts of its own. */
export const OPERATOR_NOTICE = 'operator_notice'

/** Our own texts of each template that `otp` does not stand in for. */
const NOTICES: Readonly<Record<string, typeof noticeTexts>> = {
  [SECURITY_NOTICE]: noticeTexts,
  [OPERATOR_NOTICE]: operatorTexts,
}

/** What a template is called: `otp`, or the name an application gives its own. */
export type TemplateName = string
export const TEMPLATE_NAME = /^[a-z0-9_-]{1,64}$/

export type Values = Readonly<Record<string, string>>

/**
 * The texts of a message: the application's own of that name, else its own of `otp`, else ours; each in the locale, else in its language
 * alone, else in English.
 */
export async function render(
  db: Db,
  app: Application,
  message: { channel: Channel; template: TemplateName; locale: string; values: Values },
): Promise<Texts> {
  const { channel, template, locale, values } = message
  const own = await listTemplates(db, app.id, { channel, templates: [template, OTP] })
  const texts = choose(own, channel, template, locale, values.minutes === '1')
  return fill(texts, { application: app.name, ...values })
}

/** Choose among an application's own texts, all of one channel, and ours. `isOneMinute`: whether the code is good for one minute only. */
export function choose(
  own: readonly TemplateRow[],
  channel: Channel,
  template: TemplateName,
  locale: string,
  isOneMinute = false,
): Texts {
  const range = lookupRange(locale)
  for (const name of Object.hasOwn(NOTICES, template) ? [template] : [template, OTP]) {
    for (const candidate of range) {
      const found = own.find((row) => row.template === name && row.locale === candidate)
      if (found) return found
    }
  }
  const notice = Object.hasOwn(NOTICES, template) ? NOTICES[template] : undefined
  const ours = notice?.(channel) ?? defaultTexts(channel, isOneMinute)
  return ours[range.find((candidate) => Object.hasOwn(ours, candidate)) ?? 'en'] as Texts
}

/** The languages in which a template can be rendered without falling back to English before another set of texts is looked at. */
export async function localesOf(
  db: Db,
  appId: string,
  { channel, template }: { channel: Channel; template: TemplateName },
): Promise<string[]> {
  const own = await listTemplates(db, appId, { channel, templates: [template, OTP] })
  return servedLocales(own, channel, template)
}

/** Of an application's own texts, all of one channel, and ours. Where a set has English, the next is never reached. */
export function servedLocales(own: readonly TemplateRow[], channel: Channel, template: TemplateName): string[] {
  const served: string[] = []
  for (const name of [template, OTP]) {
    const locales = own.filter((row) => row.template === name).map(({ locale }) => locale)
    served.push(...locales)
    if (locales.includes('en')) return served
  }
  return [...served, ...Object.keys(defaultTexts(channel))]
}

/** Our own texts, of every template that has some. */
export const builtInTexts = (): (Texts & { template: TemplateName; channel: Channel; locale: string })[] =>
  CHANNELS.flatMap((channel) =>
    Object.entries({ [OTP]: defaultTexts, ...NOTICES }).flatMap(([template, textsOf]) =>
      Object.entries(textsOf(channel)).map(([locale, texts]) => ({ template, channel, locale, ...texts })),
    ),
  )

const PLACEHOLDER = /\{\{ ?(\w+) ?\}\}/g

/** Put values where `{{name}}` stands; in HTML they are escaped. An unknown name stays empty. */
export function fill({ subject, text, html }: Texts, values: Values): Texts {
  const put = (source: string, encode: (value: string) => string) =>
    source.replace(PLACEHOLDER, (_, name: string) => encode(Object.hasOwn(values, name) ? (values[name] ?? '') : ''))
  return { subject: put(subject, oneLine), text: put(text, oneLine), html: put(html, escapeHtml) }
}

/** A value cannot begin a line of its own: neither a header nor a paragraph. */
const oneLine = (value: string) => value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeHtml = (value: string) => oneLine(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

/** What stands for each placeholder in a preview. */
export const SAMPLE_VALUES: Values = {
  code: '123456',
  minutes: '10',
  change: 'The password of your account was changed.',
  news: 'The webhook https://example.com/hooks has taken nothing since 2026-01-02T03:04:05Z.',
}

/** What a template must show, and what else it may. */
function placeholdersOf(template: TemplateName) {
  if (template === SECURITY_NOTICE)
    return { required: 'change', known: ['change', 'application'], told: '{{change}} and {{application}}' }
  if (template === OPERATOR_NOTICE)
    return { required: 'news', known: ['news', 'application'], told: '{{news}} and {{application}}' }
  const known = ['code', 'application', 'minutes']
  return { required: 'code', known, told: '{{code}}, {{application}} and {{minutes}}' }
}
/** Three parts of an SMS: each is paid for. */
const MAX_SMS_CHARS = 459

/** What is wrong with an application's own texts, naming the place. */
export function problemOfTexts(channel: Channel, template: TemplateName, texts: Texts): string | undefined {
  const { required, known, told } = placeholdersOf(template)
  const { subject, text, html } = texts
  if (channel === 'email' && subject === '') return 'subject: is required for an e-mail'
  if (channel === 'sms' && (subject !== '' || html !== '')) return 'subject, html: an SMS has text alone'
  if (channel === 'sms' && text.length > MAX_SMS_CHARS) return `text: is longer than ${MAX_SMS_CHARS} characters`
  if (/\p{Cc}/u.test(subject)) return 'subject: is more than one line'
  for (const [place, source] of Object.entries({ subject, text, html })) {
    const unknown = [...source.matchAll(PLACEHOLDER)].some(([, name]) => !known.includes(name ?? ''))
    if (unknown || /\{\{|\}\}/.test(source.replace(PLACEHOLDER, ''))) {
      return `${place}: knows ${told}; nothing else may stand in double braces`
    }
  }
  const body = { text, ...(html !== '' && { html }) }
  const missing = Object.entries(body).find(([, source]) => !new RegExp(`\\{\\{ ?${required} ?\\}\\}`).test(source))
  return missing && `${missing[0]}: must contain {{${required}}}`
}
