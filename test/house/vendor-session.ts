import { hkdfSync } from 'node:crypto'
import { EncryptJWT, SignJWT } from 'jose'
import type { LegacyExport } from '../vectors/legacy/exports.ts'
import { auth0, clerk, cognito, custom, firebase, type LegacyToken, supabase } from '../vectors/legacy/tokens.ts'
import {
  authjs,
  betterAuth,
  descope,
  fusionauth,
  keycloak,
  kratos,
  oktaAccess,
  stytch,
  supertokens,
  type VendorToken,
} from '../vectors/legacy/vendors.ts'
import type { World } from '../world.ts'
import { answered, hookKnows, issuerKey, personOf } from './legacy.ts'

type Members = Readonly<Record<string, unknown>>
/** A configuration of migration, as the management API takes it. */
export type LegacyConfig = Members
type Vector = Pick<VendorToken, 'config' | 'claims'>

const vectorOf = ({ preset, issuer, audience, claims }: LegacyToken): Vector => ({
  config: { preset, issuer, audience },
  claims,
})

const VECTORS: readonly Vector[] = [
  ...[auth0, clerk, cognito, custom, firebase, supabase].map(vectorOf),
  ...[authjs, betterAuth, descope, fusionauth, keycloak, kratos, oktaAccess, stytch, supertokens],
]

const key = await issuerKey('RS256')
const textsOf = (value: unknown): readonly string[] => (value === undefined ? [] : ([value].flat() as string[]))
const lastOf = (issuer: string) => issuer.slice(issuer.lastIndexOf('/') + 1)

/** A session of somebody at the legacy system that a configuration of migration is for: its token, for as long as it lives. The network is the legacy system's from then on. */
export async function vendorSession(
  w: World,
  config: Members,
  { externalId, idClaim }: LegacyExport,
  times: Members = {},
): Promise<string> {
  if (config.mode !== 'jwt') {
    hookKnows(w, personOf(externalId, `${encodeURIComponent(externalId)}@elsewhere.example`))
    return 'a cookie that the hook can read'
  }
  w.fakeNetwork(async ({ method }) =>
    method === 'GET' ? answered({ keys: [key.jwk] }) : { kind: 'failed', reason: 'network' },
  )
  const claims = { ...claimsFor(config, externalId, idClaim), ...times }
  const { secret, token_type: typ = 'JWT' } = config
  if (config.preset === 'authjs') return await cookieOf(claims, String(secret))
  const header = { alg: 'HS256', typ: String(typ) }
  return secret === undefined
    ? await key.sign(claims, { typ })
    : await new SignJWT(claims).setProtectedHeader(header).sign(Buffer.from(String(secret)))
}

/** Who issues tokens, the project at the end of that, and whom they are given to. */
function namesOf({ issuer, audience }: Members): readonly string[] {
  const [first = ''] = textsOf(issuer)
  return [first, lastOf(first), ...textsOf(audience)]
}

/** The claims that the vendor documents, as if this configuration's issuer wrote them for its audience about this user. */
function claimsFor(config: Members, externalId: string, idClaim: string | undefined): Record<string, unknown> {
  const { preset = 'custom', audience } = config
  const vector = VECTORS.find((one) => one.config.preset === preset)
  if (vector === undefined) throw new Error(`no vector of ${preset}`)
  const [names, client] = [namesOf(config), textsOf(audience).at(-1)]
  const text = namesOf(vector.config).reduce(
    (written, name, i) => (name ? written.replaceAll(`"${name}"`, JSON.stringify(names[i] ?? client)) : written),
    JSON.stringify(vector.claims),
  )
  const claims = JSON.parse(text) as Record<string, unknown>
  const named = idClaim ?? (preset === 'okta' ? 'uid' : 'sub')
  return { ...claims, ...(claims.azp !== undefined && client && { azp: client }), [named]: externalId }
}

const cookieOf = (claims: Record<string, unknown>, secret: string) => {
  const name = 'authjs.session-token'
  const derived = hkdfSync('sha256', secret, name, `Auth.js Generated Encryption Key (${name})`, 64)
  return new EncryptJWT(claims)
    .setProtectedHeader({ alg: 'dir', enc: 'A256CBC-HS512' })
    .encrypt(new Uint8Array(derived))
}
