import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultTexts } from './default-texts.ts'
import { canonicalLocale, lookupRange } from './locale.ts'
import { maskRecipient } from './mask.ts'
import type { TemplateRow } from './tables.ts'
import { builtInTexts, choose, fill, OTP, problemOfTexts, SECURITY_NOTICE, servedLocales } from './template.ts'

const own = (template: string, locale: string): TemplateRow => ({
  app_id: 'app',
  channel: 'sms',
  template,
  locale,
  subject: '',
  text: `${template} ${locale} {{code}}`,
  html: '',
  updated_at: 0,
})

test('texts are looked for by template first, and in each by locale, language, English', () => {
  const rows = [own('tpl_x', 'pt-BR'), own('tpl_x', 'pt'), own('tpl_x', 'en'), own('otp', 'fr'), own('otp', 'de')]
  for (const [template, locale, expected] of [
    ['tpl_x', 'pt-BR', 'tpl_x pt-BR {{code}}'],
    ['tpl_x', 'pt_br', 'tpl_x pt-BR {{code}}'],
    ['tpl_x', 'pt-PT', 'tpl_x pt {{code}}'],
    ['tpl_x', 'fr', 'tpl_x en {{code}}'],
    ['otp', 'fr-CA', 'otp fr {{code}}'],
    ['tpl_y', 'de', 'otp de {{code}}'],
    ['tpl_y', 'ja-JP', defaultTexts('sms').ja?.text],
    ['otp', 'zh-Hant-TW', defaultTexts('sms').en?.text],
    ['otp', 'nonsense!', defaultTexts('sms').en?.text],
    ['otp', '', defaultTexts('sms').en?.text],
  ] as const) {
    assert.equal(choose(rows, 'sms', template, locale).text, expected, `${template} ${locale}`)
  }
})

test('texts are there in a language as far as a template is rendered in it', () => {
  const languages = Object.keys(defaultTexts('sms'))
  for (const [rows, served] of [
    [[], languages],
    [[own('tpl_x', 'nl')], ['nl', ...languages]],
    [
      [own('tpl_x', 'nl'), own('otp', 'it'), own('otp', 'en')],
      ['nl', 'it', 'en'],
    ],
    [[own('tpl_x', 'en'), own('otp', 'it')], ['en']],
  ] as const) {
    assert.deepEqual(servedLocales(rows, 'sms', 'tpl_x'), served)
    for (const locale of served) {
      const { text } = choose(rows, 'sms', 'tpl_x', locale)
      assert.ok(text.includes(` ${locale} `) || text === defaultTexts('sms')[locale]?.text, locale)
    }
  }
})

test('a template that is called as what every object has gets our own texts', () => {
  assert.equal(choose([], 'sms', 'constructor', 'en').text, defaultTexts('sms').en?.text)
})

test('a locale is looked up by taking its subtags off one by one', () => {
  assert.deepEqual(lookupRange('zh_hant_tw'), ['zh-Hant-TW', 'zh-Hant', 'zh', 'en'])
  assert.deepEqual(lookupRange('*'), ['en'])
  assert.equal(canonicalLocale('PT-br'), 'pt-BR')
  assert.equal(canonicalLocale('not a tag'), undefined)
})

test('there are texts of our own in six languages, to operators in English, for both channels, all sound, and in HTML what they are as text', () => {
  const texts = builtInTexts()
  assert.equal(texts.length, 26)
  for (const { template, channel, locale, ...one } of texts) {
    assert.equal(problemOfTexts(channel, template, one), undefined, `${template} ${channel} ${locale}`)
    assert.ok(channel === 'email' || one.text.length + 20 < (template === OTP ? 160 : 300))
  }
  for (const wanted of [OTP, SECURITY_NOTICE]) {
    const found = texts.filter(({ template, channel }) => template === wanted && channel === 'sms')
    assert.deepEqual(found.map(({ locale }) => locale).sort(), ['de', 'en', 'es', 'fr', 'ja', 'pt'])
  }
})

test('minutes are said in words, one of them as one, in each language; the HTML is dark for whoever has it dark', () => {
  for (const [locale, { text, html }] of Object.entries(defaultTexts('email'))) {
    const last = defaultTexts('email', true)[locale]
    for (const [many, one] of [
      [text, last?.text],
      [html, last?.html],
    ]) {
      assert.ok(many?.includes('{{minutes}}') && one && !one.includes('{{minutes}}') && one !== many, locale)
      assert.doesNotMatch(`${many}${one}`, /\bmin\b/i)
    }
    assert.match(html, /color-scheme" content="light dark"[\s\S]*prefers-color-scheme: dark/)
  }
})

test('values are escaped in HTML, and begin no line of their own anywhere', () => {
  const texts = { subject: 'S {{application}}', text: 'T {{ application }}', html: '<p title="{{application}}">' }
  const application = `<b>"A" & 'B'</b>\r\nBcc: victim@example.com\u2028\u0007`
  const filled = fill(texts, { application })
  assert.equal(filled.subject, `S <b>"A" & 'B'</b> Bcc: victim@example.com `)
  assert.equal(filled.text, `T <b>"A" & 'B'</b> Bcc: victim@example.com `)
  assert.equal(filled.html, '<p title="&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt; Bcc: victim@example.com ">')
})

test('a value is put in as it is: what looks like a placeholder or a pattern in it is not', () => {
  const filled = fill({ subject: '{{a}}', text: '{{a}}-{{b}}', html: '' }, { a: '{{b}} $& $1', b: 'B' })
  assert.deepEqual(filled, { subject: '{{b}} $& $1', text: '{{b}} $& $1-B', html: '' })
  assert.equal(fill({ subject: '', text: '{{constructor}}{{unknown}}', html: '' }, {}).text, '')
})

test('whatever the value, HTML gains no tag and no attribute, and the subject stays one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (code, application) => {
      const texts = {
        subject: '{{code}}{{application}}',
        text: '{{code}}',
        html: '<p a="{{code}}">{{application}}</p>',
      }
      const { subject, html } = fill(texts, { code, application })
      assert.ok(!/[\p{Cc}\u2028\u2029]/u.test(subject))
      const inner = html.slice('<p a="'.length, -'</p>'.length).replace('">', '')
      assert.ok(!/[<>"']/.test(inner), html)
      assert.ok(!/&(?!amp;|lt;|gt;|quot;|#39;)/.test(inner), html)
    }),
  )
})

test('text without placeholders is left alone', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('{{'))
      assert.deepEqual(fill({ subject: text, text, html: text }, { code: '1' }), { subject: text, text, html: text })
    }),
  )
})

const GOOD = { subject: 'Your code', text: '{{code}} for {{application}}, {{ minutes }} minutes', html: '' }
for (const [name, channel, texts, problem] of [
  ['an e-mail', 'email', GOOD, undefined],
  ['an e-mail with HTML', 'email', { ...GOOD, html: '<b>{{code}}</b>' }, undefined],
  ['an SMS', 'sms', { ...GOOD, subject: '' }, undefined],
  ['an e-mail without subject', 'email', { ...GOOD, subject: '' }, 'subject: is required'],
  ['a subject of two lines', 'email', { ...GOOD, subject: 'a\r\nBcc: x' }, 'subject: is more than one line'],
  ['an SMS with a subject', 'sms', GOOD, 'subject, html: '],
  ['an SMS with HTML', 'sms', { ...GOOD, subject: '', html: '{{code}}' }, 'subject, html: '],
  [
    'an SMS of four parts',
    'sms',
    { ...GOOD, subject: '', text: `{{code}}${'x'.repeat(452)}` },
    'text: is longer than 459',
  ],
  ['text without the code', 'email', { ...GOOD, text: 'hello' }, 'text: must contain {{code}}'],
  ['HTML without the code', 'email', { ...GOOD, html: '<b>hello</b>' }, 'html: must contain {{code}}'],
  ['an unknown placeholder', 'email', { ...GOOD, subject: '{{name}}' }, 'subject: knows {{code}}'],
  ['a placeholder of another syntax', 'email', { ...GOOD, text: '{{code}} {{#if x}}' }, 'text: knows {{code}}'],
  ['braces left open', 'email', { ...GOOD, html: '{{code}} {{code' }, 'html: knows {{code}}'],
] as const) {
  test(`own texts are judged: ${name}`, () => {
    const found = problemOfTexts(channel, OTP, texts)
    if (problem === undefined) assert.equal(found, undefined)
    else assert.ok(found?.startsWith(problem), String(found))
  })
}

test('a recipient is masked beyond use, and stays recognisable', () => {
  assert.equal(maskRecipient('email', 'ada.lovelace@example.com'), 'a••@example.com')
  assert.equal(maskRecipient('email', 'a@example.com'), 'a••@example.com')
  assert.equal(maskRecipient('sms', '+4917012345678'), '••••5678')
})
