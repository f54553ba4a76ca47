import { findSigningKey } from '../../src/core/signing-keys/keyring.ts'
import type { KeyPurpose } from '../../src/core/signing-keys/tables.ts'
import { signJwt } from '../../src/crypto/jwt.ts'
import { type Answer, type Call, type DpopKey, FINALIZE, type TestApp } from '../builders.ts'
import type { World } from '../world.ts'

/** A JWT of any type and claims, signed with the application's own key. */
export async function signedToken(
  world: World,
  app: TestApp,
  purpose: KeyPurpose,
  typ: string,
  claims: Record<string, unknown>,
): Promise<string> {
  const { kid, key } = await findSigningKey(world.deps, app.id, purpose, 'EdDSA')
  return signJwt({ alg: 'EdDSA', typ, kid }, claims, key)
}

/** A challenge token with every claim of a completed login but for what the test changes; undefined leaves a claim out. */
export function challengeOf(
  world: World,
  app: TestApp,
  claims: Record<string, unknown> = {},
  { purpose = 'challenge_token', typ = 'challenge+jwt' }: { purpose?: KeyPurpose; typ?: string } = {},
): Promise<string> {
  const now = Math.floor(world.deps.now() / 1000)
  return signedToken(world, app, purpose, typ, {
    jti: `cht_${crypto.randomUUID()}`,
    aud: app.id,
    sub: 'usr_nobody',
    iat: now,
    exp: now + 600,
    challenge_id: 'chl_1',
    current_step: 'completed',
    grant_mode: 'session-start',
    amr: ['test'],
    auth_time: now,
    ...claims,
  })
}

/** The same JWT with another first byte in its signature. */
export function withBadSignature(token: string): string {
  const [header, claims, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return `${header}.${claims}.${bytes.toString('base64url')}`
}

/** POST with an ordinary proof by `key`; without a key, as a cookie client. */
export async function postProven(
  app: TestApp,
  path: string,
  key: DpopKey | undefined,
  call: Call = {},
): Promise<Answer> {
  const proof = key && { dpop: await key.proof(`${app.origin}${path}`) }
  return await app.call(path, { ...call, method: 'POST', headers: { ...proof, ...call.headers } })
}

/** Finalize a challenge token as an SDK does. */
export const finalizeWith = (
  app: TestApp,
  key: DpopKey | undefined,
  challengeToken: string,
  rest: { verifier?: string; headers?: Record<string, string | string[]> } = {},
): Promise<Answer> =>
  postProven(app, FINALIZE, key, {
    body: { challenge_token: challengeToken, ...(rest.verifier !== undefined && { code_verifier: rest.verifier }) },
    headers: rest.headers ?? {},
  })
