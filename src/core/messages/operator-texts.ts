import type { Texts } from './default-texts.ts'
import type { Channel } from './tables.ts'

/** Our own texts of a notice to whoever runs an application, by language. */
export const operatorTexts = (channel: Channel): Readonly<Record<string, Texts>> => ({
  en:
    channel === 'email'
      ? { subject: '{{application}} needs you', text: '{{news}}\n', html: '' }
      : { subject: '', text: '{{application}}: {{news}}', html: '' },
})
