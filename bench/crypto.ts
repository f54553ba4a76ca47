/** The crypto of one refresh, over and over in one process, by the server's own functions. Argument: seconds. */
import { randomBytes, randomUUID } from 'node:crypto'
import { verifyProof } from '../src/crypto/dpop.ts'
import { generateKeyPair, importPrivateJwk } from '../src/crypto/jwk.ts'
import { signJwt } from '../src/crypto/jwt.ts'
import { issueRefreshToken, verifyRefreshToken } from '../src/crypto/refresh-token.ts'
import { ProofPool } from './load/proofs.ts'

const APP = 'demo'
const HTU = 'https://demo.session.localhost/v1/session/refresh'
const CLIENTS = 32
const PROOFS_EACH = 64
const WARM_UP_SECONDS = 0.5
const nonceKeys = [{ key: randomBytes(32) }]
const rootKey = randomBytes(32)
const signingKey = importPrivateJwk((await generateKeyPair('EdDSA')).privateJwk)

const presented = await Promise.all(Array.from({ length: CLIENTS }, seed)).then((clients) => clients.flat())

let turn = 0
repeat(WARM_UP_SECONDS)
process.stdout.write(JSON.stringify(repeat(Number(process.argv[2] ?? 4))))

async function seed(): Promise<{ proof: string; token: string }[]> {
  const pool = new ProofPool((await generateKeyPair('ES256')).privateJwk, 'POST', HTU)
  const token = issueRefreshToken(rootKey, APP, randomBytes(16), 1)
  return Array.from({ length: PROOFS_EACH }, () => ({ proof: pool.take(), token }))
}

function repeat(seconds: number): { operations: number; wallSeconds: number; cpuMicros: number } {
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  let operations = 0
  while (performance.now() - startedAt < seconds * 1000) {
    refreshOnce()
    operations += 1
  }
  const { user, system } = process.cpuUsage(cpu)
  return { operations, wallSeconds: (performance.now() - startedAt) / 1000, cpuMicros: user + system }
}

function refreshOnce(): string {
  turn = (turn + 1) % presented.length
  const { proof = '', token = '' } = presented[turn] ?? {}
  const now = Date.now()
  const verdict = verifyProof({ proof, method: 'POST', urls: [HTU], now, nonceKeys, freshness: 'required' })
  const verified = verifyRefreshToken(rootKey, APP, token)
  if (verdict.kind !== 'valid' || !verified) throw new Error(`refused: ${JSON.stringify(verdict)}`)
  const sessionId = verified.sessionId
  const next = issueRefreshToken(rootKey, APP, sessionId, verified.counter + 1)
  return next + accessToken(sessionId.toString('base64url'), verdict.thumbprint, Math.floor(now / 1000))
}

function accessToken(sid: string, jkt: string, iat: number): string {
  const lifetime = { iat, nbf: iat, exp: iat + 60, auth_time: iat }
  const claims = {
    iss: 'demo.session.localhost',
    sub: sid,
    sid,
    jti: randomUUID(),
    cnf: { jkt },
    amr: ['mig'],
    ...lifetime,
  }
  return signJwt({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key_1' }, claims, signingKey)
}
