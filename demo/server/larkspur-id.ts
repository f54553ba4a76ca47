import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import type { Account, Configuration } from 'oidc-provider'
import { Provider } from 'oidc-provider/lib/provider.js'
import { ACME_DOMAIN } from './acme.ts'
import { type Person, personNamed } from './legacy.ts'
import { memory } from './memory.ts'
import { choosePages } from './serve-larkspur-id.ts'

/** What Antiphon calls it, in its paths and its configuration. */
export const LARKSPUR_ID = 'larkspur'
/** What it calls the demo. */
export const CLIENT_ID = 'antiphon-demo'

/** As a client of it is told: what to configure. */
export interface LarkspurId {
  readonly issuer: string
  readonly clientSecret: string
}

/** Larkspur has sent Ada a letter once, and Mary, who gave the address that she has at work. Whether Grace's is hers, nobody there ever asked. */
const people: readonly (Person & { readonly verified: boolean })[] = [
  { ...personNamed('Ada Lovelace'), verified: true },
  { ...personNamed('Grace Hopper'), verified: false },
  { ...personNamed('Mary Jackson'), email: `mary-jackson@${ACME_DOMAIN}`, verified: true },
]

/**
 * Open Larkspur ID, an OpenID provider for the people of the legacy app, at the port after the demo's, or at another if that is taken. `origins`:
 * where the demo is, first of all. It knows one client, with a secret that is new each time, and does not keep the process alive.
 */
export async function openLarkspurId(origins: readonly [string, ...string[]]): Promise<LarkspurId> {
  const server = createServer().on('connection', (socket) => socket.unref())
  // By its number, which has no cookies in common with `localhost`, and which no browser ever upgrades to https.
  const issuer = `http://127.0.0.1:${await listen(server.unref(), Number(new URL(origins[0]).port) + 1)}`
  const clientSecret = randomBytes(24).toString('base64url')
  const callbacks = origins.map((origin) => `${origin}/v1/session/login/oauth/${LARKSPUR_ID}/callback`)
  const provider = new Provider(issuer, await configurationFor(clientSecret, callbacks))
  provider.use(await choosePages(provider, people, origins))
  server.on('request', provider.callback())
  return { issuer, clientSecret }
}

/** Answers the port. */
async function listen(server: Server, wanted: number): Promise<number> {
  const listening = async (port: number) => await once(server.listen(port, '127.0.0.1'), 'listening')
  await listening(Math.min(wanted, 65_535)).catch(() => listening(0))
  return (server.address() as AddressInfo).port
}

async function configurationFor(clientSecret: string, callbacks: readonly string[]): Promise<Configuration> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    adapter: memory(),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' } as const] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: clientSecret,
        redirect_uris: [...callbacks],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
    findAccount: (_context, id) => accountOf(id),
    interactions: { url: (_context, { uid }) => `/choose/${uid}/` },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: [randomBytes(32)] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, IdToken: 60, AccessToken: 60 },
    expiresWithSession: async () => false,
    renderError(context, { error, error_description }) {
      context.body = `${error}: ${error_description}`
    },
  }
}

function accountOf(id: string): Account | undefined {
  const person = people.find(({ externalId }) => externalId === id)
  if (!person) return undefined
  const [given_name, family_name] = person.name.split(' ')
  const { email, verified } = person
  return {
    accountId: id,
    claims: async () => ({ sub: id, given_name, family_name, email, email_verified: verified }),
  }
}
