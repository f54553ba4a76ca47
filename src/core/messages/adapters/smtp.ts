import { isRsaPrivateKey } from '../../../crypto/rsa-key.ts'
import { expireAfter } from '../../../platform/clock.ts'
import { adapter, type Rendered } from '../adapter.ts'
import { portOf, type SmtpOptions, smtpOptions, smtpSecrets } from './smtp-options.ts'
import { outcomeOfError } from './smtp-outcome.ts'

/** For all of one message: connection, greeting, TLS, login, transfer. */
const DEADLINE_MS = 12_000

export const smtp = adapter({
  kind: 'smtp',
  channels: ['email'],
  options: smtpOptions,
  secrets: smtpSecrets,
  secretsGoTo: (chosen) => `${chosen.host}:${portOf(chosen)} ${chosen.security}`,
  problemOf({ options, secrets }, { config }) {
    const { password, dkim_private_key: dkimKey } = secrets
    if (options.user && !password) return 'secrets.password: is required with options.user'
    if (password && !options.user) return 'options.user: is required with secrets.password'
    if (password && options.security === 'none' && !config.allowPrivateHooks) {
      return 'options.security: a password never crosses the network in the clear'
    }
    if (options.dkim && !dkimKey) return 'secrets.dkim_private_key: is required with options.dkim'
    if (dkimKey && !options.dkim) return 'options.dkim: is required with secrets.dkim_private_key'
    if (dkimKey && !isRsaPrivateKey(dkimKey)) return 'secrets.dkim_private_key: is no RSA private key in PEM'
    return undefined
  },

  async send(deps, app, { id, options, secrets }, message) {
    // What speaks SMTP is loaded when somebody sends by it.
    const { pools } = await import('./smtp-pools.ts')
    const transport = pools(deps).find(`${app.id} ${id}`, options, secrets)
    try {
      await transport.sendMail({ ...letterOf(message, options, deps.now()), signal: expireAfter(DEADLINE_MS) })
      return { kind: 'sent' }
    } catch (thrown) {
      return outcomeOfError(thrown)
    }
  },
})

function letterOf({ id, recipient, subject, text, html, sender }: Rendered, options: SmtpOptions, now: number) {
  // A name that looks like an address is what forgers write.
  const name = sender.includes('@') ? options.from_name : sender || options.from_name
  return {
    messageId: `<${id}@${options.from.slice(options.from.lastIndexOf('@') + 1)}>`,
    date: new Date(now),
    from: { name: name ?? '', address: options.from },
    to: { name: '', address: recipient },
    subject,
    text,
    ...(html !== '' && { html }),
    // RFC 3834 §5: no answer from an absence notice.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}
