import { createTransport, type SMTPPoolOptions } from 'nodemailer'
import { sha256 } from '../../../crypto/hash.ts'
import { type Deps, resident } from '../../../platform/deps.ts'
import { withoutPort } from '../../applications/application.ts'
import { portOf, type SmtpOptions, type SmtpSecrets } from './smtp-options.ts'
import { NotConnected } from './smtp-outcome.ts'

const MAX_POOLS = 100
const MAX_CONNECTIONS = 5
const CONNECT_MS = 5_000
const GREETING_MS = 8_000
const IDLE_MS = 30_000

type Transport = ReturnType<typeof openTransport>

/**
 * Connections to SMTP servers, kept open between messages, one pool for each provider. The pool of an older configuration, and the one
 * used longest ago when there are a hundred, are closed once what they carry is delivered; the sockets end with the way out of the process.
 */
export const pools = resident((deps: Deps) => {
  const open = new Map<string, { configuration: string; transport: Transport }>()
  return {
    /** `key` names the provider. */
    find(key: string, options: SmtpOptions, secrets: SmtpSecrets): Transport {
      const configuration = sha256(JSON.stringify([options, secrets])).toString('base64url')
      const known = open.get(key)
      open.delete(key)
      if (known && known.configuration !== configuration) known.transport.close()
      const kept = known?.configuration === configuration ? known : undefined
      const pool = kept ?? { configuration, transport: openTransport(deps, options, secrets) }
      open.set(key, pool)
      for (const [oldest, { transport }] of open) {
        if (open.size <= MAX_POOLS) break
        open.delete(oldest)
        transport.close()
      }
      return pool.transport
    },
  }
})

function openTransport(deps: Deps, options: SmtpOptions, secrets: SmtpSecrets) {
  const { host, security, user = '', dkim } = options
  const { password = '', dkim_private_key: privateKey = '' } = secrets
  return createTransport(
    {
      pool: true,
      host,
      port: portOf(options),
      name: withoutPort(deps.config.baseDomain),
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      getSocket: connecting(deps, { host, port: portOf(options) }),
      maxConnections: MAX_CONNECTIONS,
      maxRequeues: 1,
      connectionTimeout: CONNECT_MS + GREETING_MS,
      greetingTimeout: GREETING_MS,
      socketTimeout: GREETING_MS,
      idleTimeout: IDLE_MS,
      maxResponseSize: 64 * 1024,
      ...(user !== '' && { auth: { user, pass: password }, forceAuth: true }),
      ...(dkim && { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey } }),
    },
    { disableFileAccess: true, disableUrlAccess: true },
  )
}

/** Opens sockets by our own rules on addresses; TLS over them trusts what every call of ours does. */
function connecting(deps: Deps, target: { host: string; port: number }): NonNullable<SMTPPoolOptions['getSocket']> {
  return (_options, callback) => {
    deps.connect({ ...target, timeoutMs: CONNECT_MS }).then((outcome) => {
      if (outcome.kind === 'failed') return callback(new NotConnected(outcome.reason))
      const { socket, trusted } = outcome
      return callback(null, { connection: socket, tls: { secureContext: trusted } })
    }, callback)
  }
}
