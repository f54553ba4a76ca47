import { existsSync } from 'node:fs'
import type { Variables } from '../platform/config.ts'
import { DEMO } from './dev-app.ts'
import type { DevFolder } from './dev-folder.ts'

const LISTEN = 'localhost:8443'

/** The configuration of a development server, in the words of any other. */
export function devVariables(variables: Variables, folder: DevFolder): Variables {
  const listen = variables.ANTIPHON_LISTEN || LISTEN
  const colon = listen.lastIndexOf(':')
  const port = listen.slice(colon + 1)
  return {
    ANTIPHON_DATABASE_URL: `sqlite:${folder.database}`,
    ANTIPHON_LISTEN: listen,
    ANTIPHON_CONSOLE_LISTEN:
      variables.ANTIPHON_CONSOLE_LISTEN || `${listen.slice(0, colon)}:${(Number(port) + 1) % 65_536}`,
    ANTIPHON_MASTER_KEY_FILE: folder.masterKey,
    ...(existsSync(folder.previousKeys) && { ANTIPHON_MASTER_KEY_PREVIOUS_FILE: folder.previousKeys }),
    ANTIPHON_BASE_DOMAIN: `session.localhost:${port}`,
    ANTIPHON_TLS_CERT: folder.certificate,
    ANTIPHON_TLS_KEY: folder.certificateKey,
    ANTIPHON_CA_FILE: folder.certificate,
    ANTIPHON_DEFAULT_APP: DEMO.id,
    ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true',
    ANTIPHON_DRAIN_SECONDS: '0',
    ANTIPHON_LOG_LEVEL: variables.ANTIPHON_LOG_LEVEL || 'warn',
  }
}
