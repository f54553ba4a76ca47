import { fileURLToPath } from 'node:url'
import type { SeededSession } from '../load/traffic.ts'
import { servedSubject } from './served.ts'
import type { Subject } from './subject.ts'

const SCRIPT = fileURLToPath(new URL('../peers/oidc-provider.ts', import.meta.url))

/** The same work as ours: DPoP proof, durable rotation of the refresh token, signed access token. */
export const oidcProvider: Subject = oidcProviderWith('rotating', 'oidc-provider refresh + DPoP, SQLite')

/** Its default policy keeps a DPoP-bound refresh token until 70 % of its life is over: less work than ours. */
export const oidcProviderDefault: Subject = oidcProviderWith('default', 'the same, its default policy (no rotation)')

function oidcProviderWith(policy: 'rotating' | 'default', name: string): Subject {
  return servedSubject({
    name,
    argv: ({ directory, clients }) => [SCRIPT, directory, String(clients), policy],
    traffic: (server) => ({
      kind: 'oauth-refresh',
      host: new URL(server.address).host,
      path: '/token',
      clientId: String(server.ready.clientId),
      sessions: server.ready.sessions as SeededSession[],
    }),
  })
}
