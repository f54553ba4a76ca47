import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { Connection, headerOf } from '../load/connection.ts'
import { ProofPool } from '../load/proofs.ts'
import { forwardedFor, post, stringMember, unexpected } from '../load/request.ts'
import { FINALIZE_PATH, MIGRATION_PATH } from '../load/sign-in.ts'
import type { SeededSession } from '../load/traffic.ts'

const JSON_BODY = 'Content-Type: application/json\r\n'

/** Signs in `count` people as any client would: migration, then finalize with the verifier and a DPoP proof. */
export async function seedSessions(address: string, host: string, count: number): Promise<SeededSession[]> {
  const connection = await Connection.open(address)
  const sessions: SeededSession[] = []
  for (let i = 0; i < count; i += 1) sessions.push(await signIn(connection, host, i))
  connection.close()
  return sessions
}

async function signIn(connection: Connection, host: string, index: number): Promise<SeededSession> {
  const verifier = randomBytes(32).toString('base64url')
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
  const start = JSON.stringify({ token: `legacy-seeded-${index}`, code_challenge: codeChallenge })
  const headers = JSON_BODY + forwardedFor(index)
  const migrated = await connection.exchange(post(host, MIGRATION_PATH, headers, start))
  const challengeToken = stringMember(migrated.body, 'challenge_token')
  if (!challengeToken) throw new Error(`migration: ${unexpected(migrated)}`)

  const privateJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const proof = new ProofPool(privateJwk, 'POST', `http://${host}${FINALIZE_PATH}`).take()
  const finish = JSON.stringify({ challenge_token: challengeToken, code_verifier: verifier })
  const finalized = await connection.exchange(post(host, FINALIZE_PATH, `${headers}DPoP: ${proof}\r\n`, finish))
  const refreshToken = headerOf(finalized.head, 'x-refresh-token')
  if (!refreshToken) throw new Error(`finalize: ${unexpected(finalized)}`)
  return { refreshToken, privateJwk }
}
