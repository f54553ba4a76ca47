import type { Texts } from './default-texts.ts'
import type { Channel } from './tables.ts'

/** What happened to an account. */
export const ACCOUNT_CHANGES = [
  'identifier_added',
  'identifier_removed',
  'identity_linked',
  'identity_unlinked',
  'passkey_added',
  'passkey_removed',
  'password_changed',
] as const
export type AccountChange = (typeof ACCOUNT_CHANGES)[number]

interface Words {
  readonly subject: string
  readonly changes: Readonly<Record<AccountChange, string>>
  readonly advice: string
}

/** `{{application}}` and `{{change}}` are filled in; the latter with one of `changes`. */
const WORDS: Readonly<Record<string, Words>> = {
  en: {
    subject: 'Your {{application}} account was changed',
    changes: {
      identifier_added: 'An e-mail address or phone number was added to your account.',
      identifier_removed: 'An e-mail address or phone number was removed from your account.',
      identity_linked: 'A login by another provider was linked to your account.',
      identity_unlinked: 'A login by another provider was removed from your account.',
      passkey_added: 'A passkey was added to your account.',
      passkey_removed: 'A passkey was removed from your account.',
      password_changed: 'The password of your account was changed.',
    },
    advice: 'If this was not you, log out everywhere and contact the support of {{application}}.',
  },
  fr: {
    subject: 'Votre compte {{application}} a été modifié',
    changes: {
      identifier_added: 'Une adresse e-mail ou un numéro de téléphone a été ajouté à votre compte.',
      identifier_removed: 'Une adresse e-mail ou un numéro de téléphone a été retiré de votre compte.',
      identity_linked: 'Une connexion par un autre fournisseur a été associée à votre compte.',
      identity_unlinked: 'Une connexion par un autre fournisseur a été retirée de votre compte.',
      passkey_added: 'Une clé d’accès a été ajoutée à votre compte.',
      passkey_removed: 'Une clé d’accès a été retirée de votre compte.',
      password_changed: 'Le mot de passe de votre compte a été modifié.',
    },
    advice: 'Si ce n’était pas vous, déconnectez-vous partout et contactez l’assistance de {{application}}.',
  },
  de: {
    subject: 'Ihr Konto bei {{application}} wurde geändert',
    changes: {
      identifier_added: 'Ihrem Konto wurde eine E-Mail-Adresse oder Telefonnummer hinzugefügt.',
      identifier_removed: 'Aus Ihrem Konto wurde eine E-Mail-Adresse oder Telefonnummer entfernt.',
      identity_linked: 'Mit Ihrem Konto wurde die Anmeldung über einen anderen Anbieter verknüpft.',
      identity_unlinked: 'Von Ihrem Konto wurde die Anmeldung über einen anderen Anbieter getrennt.',
      passkey_added: 'Ihrem Konto wurde ein Passkey hinzugefügt.',
      passkey_removed: 'Aus Ihrem Konto wurde ein Passkey entfernt.',
      password_changed: 'Das Passwort Ihres Kontos wurde geändert.',
    },
    advice: 'Wenn Sie das nicht waren, melden Sie sich überall ab und wenden Sie sich an {{application}}.',
  },
  es: {
    subject: 'Tu cuenta de {{application}} ha cambiado',
    changes: {
      identifier_added: 'Se ha añadido una dirección de correo o un número de teléfono a tu cuenta.',
      identifier_removed: 'Se ha quitado una dirección de correo o un número de teléfono de tu cuenta.',
      identity_linked: 'Se ha vinculado a tu cuenta el acceso mediante otro proveedor.',
      identity_unlinked: 'Se ha desvinculado de tu cuenta el acceso mediante otro proveedor.',
      passkey_added: 'Se ha añadido una llave de acceso a tu cuenta.',
      passkey_removed: 'Se ha quitado una llave de acceso de tu cuenta.',
      password_changed: 'Se ha cambiado la contraseña de tu cuenta.',
    },
    advice: 'Si no has sido tú, cierra todas las sesiones y ponte en contacto con {{application}}.',
  },
  pt: {
    subject: 'A sua conta {{application}} foi alterada',
    changes: {
      identifier_added: 'Foi adicionado um endereço de e-mail ou um número de telefone à sua conta.',
      identifier_removed: 'Foi removido um endereço de e-mail ou um número de telefone da sua conta.',
      identity_linked: 'Foi associado à sua conta o início de sessão por outro fornecedor.',
      identity_unlinked: 'Foi removido da sua conta o início de sessão por outro fornecedor.',
      passkey_added: 'Foi adicionada uma chave de acesso à sua conta.',
      passkey_removed: 'Foi removida uma chave de acesso da sua conta.',
      password_changed: 'A palavra-passe da sua conta foi alterada.',
    },
    advice: 'Se não foi você, termine todas as sessões e contacte o apoio de {{application}}.',
  },
  ja: {
    subject: '{{application}} のアカウントが変更されました',
    changes: {
      identifier_added: 'アカウントにメールアドレスまたは電話番号が追加されました。',
      identifier_removed: 'アカウントからメールアドレスまたは電話番号が削除されました。',
      identity_linked: '他のプロバイダーによるログインがアカウントに連携されました。',
      identity_unlinked: '他のプロバイダーによるログインの連携がアカウントから解除されました。',
      passkey_added: 'アカウントにパスキーが追加されました。',
      passkey_removed: 'アカウントからパスキーが削除されました。',
      password_changed: 'アカウントのパスワードが変更されました。',
    },
    advice: 'お心当たりがない場合は、すべての端末からログアウトし、{{application}} にお問い合わせください。',
  },
}

/** Our own texts of the notice that an account was changed, by language. */
export function noticeTexts(channel: Channel): Readonly<Record<string, Texts>> {
  const make = channel === 'email' ? emailTexts : smsTexts
  return Object.fromEntries(Object.entries(WORDS).map(([language, words]) => [language, make(words, language)]))
}

/** What is told of a change, in the first of these languages that has words for it. */
export function wordsOfChange(change: AccountChange, languages: readonly string[]): string {
  const language = languages.find((one) => Object.hasOwn(WORDS, one)) ?? 'en'
  return (WORDS[language] as Words).changes[change]
}

const smsTexts = ({ advice }: Words): Texts => ({
  subject: '',
  text: `{{application}}: {{change}} ${advice}`,
  html: '',
})

function emailTexts({ subject, advice }: Words, language: string): Texts {
  return {
    subject,
    text: `{{change}}\n\n${advice}\n`,
    html: `<!doctype html>
<html lang="${language}">
  <body style="margin:0;padding:32px 16px;background:#f4f5f7;font-family:system-ui,sans-serif;color:#1b1f24">
    <table role="presentation" width="100%" style="max-width:480px;margin:0 auto;background:#fff;border-radius:12px;padding:32px">
      <tr><td>
        <p style="margin:0 0 24px;font-size:14px;color:#57606a">{{application}}</p>
        <p style="margin:0 0 24px;font-size:16px">{{change}}</p>
        <p style="margin:0;font-size:16px">${advice}</p>
      </td></tr>
    </table>
  </body>
</html>
`,
  }
}
