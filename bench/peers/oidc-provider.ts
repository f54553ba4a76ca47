/**
 * `oidc-provider` as its documentation installs it: a public client, DPoP, EdDSA access tokens for one resource server.
 * Arguments: directory, sessions, and `rotating` or `default` for the rotation policy.
 */
import { createHash, generateKeyPairSync, type webcrypto } from 'node:crypto'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Configuration, Provider } from 'oidc-provider'
import { announce, bind } from './listen.ts'
import { sqliteAdapter } from './oidc-adapter.ts'

const CLIENT_ID = 'bench'
const RESOURCE = 'urn:bench:api'
const SCOPE = 'api:read'
const [directory = '.', sessions = '32', policy = 'rotating'] = process.argv.slice(2)

const signingKey = { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'EdDSA' }
const configuration: Configuration = {
  adapter: sqliteAdapter(new DatabaseSync(join(directory, `oidc-provider-${policy}.db`))),
  clients: [
    {
      client_id: CLIENT_ID,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://127.0.0.1/callback'],
      application_type: 'native',
      id_token_signed_response_alg: 'EdDSA',
    },
  ],
  jwks: { keys: [signingKey as NonNullable<Configuration['jwks']>['keys'][number]] },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  ttl: { AccessToken: 60, RefreshToken: 30 * 86_400, Grant: 365 * 86_400 },
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 60,
        jwt: { sign: { alg: 'EdDSA' } },
      }),
    },
  },
  ...(policy === 'rotating' ? { rotateRefreshToken: true } : {}),
}

const server = createServer()
const address = await bind(server)
const provider = new Provider(address, configuration)
server.on('request', provider.callback())

const seeded = []
for (let i = 0; i < Number(sessions); i += 1) seeded.push(await seed(`user-${i}`))
announce(address, { clientId: CLIENT_ID, sessions: seeded })

/** A session as the authorization code grant would have left it. */
async function seed(accountId: string): Promise<{ refreshToken: string; privateJwk: webcrypto.JsonWebKey }> {
  const privateJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const grant = new provider.Grant({ accountId, clientId: CLIENT_ID })
  grant.addOIDCScope('offline_access')
  grant.addResourceScope(RESOURCE, SCOPE)
  const grantId = await grant.save()
  const client = await provider.Client.find(CLIENT_ID)
  if (!client) throw new Error('the client is not configured')
  const token = new provider.RefreshToken({
    accountId,
    client,
    grantId,
    gty: 'authorization_code',
    expiresWithSession: false,
    authTime: Math.floor(Date.now() / 1000),
    scope: `offline_access ${SCOPE}`,
    resource: RESOURCE,
    rotations: 0,
    jkt: thumbprint(privateJwk),
  })
  return { refreshToken: await token.save(), privateJwk }
}

/** RFC 7638. */
function thumbprint({ crv, kty, x, y }: webcrypto.JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}
