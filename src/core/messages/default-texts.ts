import type { Channel } from './tables.ts'

export interface Texts {
  /** Empty for SMS. */
  readonly subject: string
  readonly text: string
  /** Empty for SMS, and for an e-mail that is text alone. */
  readonly html: string
}

interface Words {
  readonly subject: string
  readonly intro: string
  /** For how many minutes: one, or more. */
  readonly expiry: readonly [one: string, more: string]
  readonly warning: string
  readonly sms: string
}

/** `{{code}}`, `{{application}}` and `{{minutes}}` are filled in. The code stands first in an SMS, where phones look for it. */
const WORDS: Readonly<Record<string, Words>> = {
  en: {
    subject: '{{code}} is your {{application}} code',
    intro: 'Enter this code to continue with {{application}}:',
    expiry: ['It is valid for one minute.', 'It is valid for {{minutes}} minutes.'],
    warning: 'If you did not ask for it, ignore this message. Never share the code with anyone.',
    sms: '{{code}} is your {{application}} code. Never share it.',
  },
  fr: {
    subject: '{{code}} est votre code {{application}}',
    intro: 'Saisissez ce code pour continuer sur {{application}} :',
    expiry: ['Il est valable une minute.', 'Il est valable {{minutes}} minutes.'],
    warning: 'Si vous n’avez rien demandé, ignorez ce message. Ne communiquez ce code à personne.',
    sms: '{{code}} est votre code {{application}}. Ne le communiquez à personne.',
  },
  de: {
    subject: '{{code}} ist Ihr Code für {{application}}',
    intro: 'Geben Sie diesen Code ein, um bei {{application}} fortzufahren:',
    expiry: ['Er gilt eine Minute.', 'Er gilt {{minutes}} Minuten.'],
    warning: 'Wenn Sie ihn nicht angefordert haben, ignorieren Sie diese Nachricht. Geben Sie den Code niemandem.',
    sms: '{{code}} ist Ihr Code für {{application}}. Geben Sie ihn niemandem.',
  },
  es: {
    subject: '{{code}} es tu código de {{application}}',
    intro: 'Introduce este código para continuar en {{application}}:',
    expiry: ['Es válido durante un minuto.', 'Es válido durante {{minutes}} minutos.'],
    warning: 'Si no lo has pedido, ignora este mensaje. No compartas el código con nadie.',
    sms: '{{code}} es tu código de {{application}}. No lo compartas con nadie.',
  },
  pt: {
    subject: '{{code}} é o seu código {{application}}',
    intro: 'Introduza este código para continuar em {{application}}:',
    expiry: ['É válido durante um minuto.', 'É válido durante {{minutes}} minutos.'],
    warning: 'Se não o pediu, ignore esta mensagem. Não partilhe o código com ninguém.',
    sms: '{{code}} é o seu código {{application}}. Não o partilhe com ninguém.',
  },
  ja: {
    subject: '{{application}} の確認コード: {{code}}',
    intro: '{{application}} を続けるには、次のコードを入力してください。',
    expiry: ['このコードは 1 分間有効です。', 'このコードは {{minutes}} 分間有効です。'],
    warning: 'お心当たりがない場合は、このメッセージを無視してください。コードを他人に教えないでください。',
    sms: '{{code}} は {{application}} の確認コードです。他人に教えないでください。',
  },
}

/** Our own texts of the code message, by language. `isOneMinute`: whether the code is good for one minute only. */
export function defaultTexts(channel: Channel, isOneMinute = false): Readonly<Record<string, Texts>> {
  const make = channel === 'email' ? emailTexts : smsTexts
  return Object.fromEntries(
    Object.entries(WORDS).map(([language, words]) => [language, make(words, language, isOneMinute)]),
  )
}

const smsTexts = ({ sms }: Words): Texts => ({ subject: '', text: sms, html: '' })

function emailTexts(
  { subject, intro, expiry: [one, more], warning }: Words,
  language: string,
  isOneMinute: boolean,
): Texts {
  const expiry = isOneMinute ? one : more
  return {
    subject,
    text: `${intro}\n\n    {{code}}\n\n${expiry}\n\n${warning}\n`,
    html: `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="color-scheme" content="light dark">
    <meta name="supported-color-schemes" content="light dark">
    <style>
      @media (prefers-color-scheme: dark) {
        .ground { background: #0d1216 !important }
        .card { background: #1a232a !important; color: #e6edf1 !important }
        .soft { color: #9dadb8 !important }
      }
    </style>
  </head>
  <body class="ground" style="margin:0;padding:32px 16px;background:#f4f5f7;font-family:system-ui,sans-serif;color:#1b1f24">
    <table class="card" role="presentation" width="100%" style="max-width:480px;margin:0 auto;background:#fff;border-radius:12px;padding:32px">
      <tr><td>
        <p class="soft" style="margin:0 0 24px;font-size:14px;color:#57606a">{{application}}</p>
        <p style="margin:0 0 16px;font-size:16px">${intro}</p>
        <p style="margin:0 0 16px;font-size:32px;font-weight:600;letter-spacing:6px">{{code}}</p>
        <p style="margin:0 0 24px;font-size:16px">${expiry}</p>
        <p class="soft" style="margin:0;font-size:13px;color:#57606a">${warning}</p>
      </td></tr>
    </table>
  </body>
</html>
`,
  }
}
