import { randomBytes } from 'node:crypto'
import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
  SignJWT,
} from 'jose'
import { z } from 'zod'
import { type Antiphon, fetchKeys } from './antiphon.ts'

/** What the bank wants to see before it pays. */
export const TRANSFER_SCOPE = 'transfer:write'
/** What it takes instead where a passkey has approved. */
export const SIGN_SCOPE = 'transfer:sign'
/** The step of a step-up that only the bank can say is done. */
export const BANK_STEP = 'bank_app'
export const BANK_JWKS_PATH = '/demo/bank/jwks.json'

const CONFIRMED_SECONDS = 120
const MAX_APPROVALS = 1_000

/** Text, as it goes into the metadata of a step-up: at most 32 characters each. */
export const payment = z.object({
  to: z.string().trim().min(1).max(32),
  amount: z.string().regex(/^\d{1,6}(\.\d{2})?$/),
  currency: z.enum(['EUR', 'GBP', 'USD']),
})
export type Payment = z.output<typeof payment>

const challengeShape = z.object({
  sub: z.string(),
  sid: z.string(),
  challenge_id: z.string(),
  current_step: z.literal(BANK_STEP),
  scope_requested: z.literal(TRANSFER_SCOPE),
  metadata: payment,
})

/** What is left of a challenge once a passkey has done its only step. */
const completedShape = challengeShape.extend({
  current_step: z.literal('completed'),
  scope_requested: z.literal(SIGN_SCOPE),
})

const accessShape = z.object({ sub: z.string(), sid: z.string(), scope: z.string().default('') })

export type TransferOutcome =
  | { kind: 'paid'; receipt: Payment & { number: string } }
  /** The token is good, but not for this payment. */
  | { kind: 'step_up' }
  | { kind: 'unauthorized' }

export type Bank = Awaited<ReturnType<typeof openBank>>

/** The bank, with a key of its own that is new whenever it opens. */
export async function openBank(antiphon: Antiphon) {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const bare = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(bare)
  /** The payment that a session has last approved. */
  const approvals = new Map<string, Payment>()
  /** Challenges that a passkey has completed and that were paid. */
  const settled = new Set<string>()
  const verifyChallenge = tokenVerifier(antiphon, '/.well-known/step-up-jwks.json', 'challenge+jwt')
  const verifyAccess = tokenVerifier(antiphon, '/.well-known/jwks.json', 'at+jwt')

  return {
    jwk: { ...bare, kid, alg: 'RS256', use: 'sig' },
    /**
     * The user has approved in the bank's app what a challenge of Antiphon's is about. Answers the bank's signed word for it, undefined when the
     * challenge is not one for the bank. The bank pays what the challenge says, whatever the page says later.
     */
    async confirm(challengeToken: string): Promise<string | undefined> {
      const challenge = challengeShape.safeParse(await verifyChallenge(challengeToken))
      if (!challenge.success) return undefined
      const { sub, sid, challenge_id, metadata } = challenge.data
      makeRoom(approvals)
      approvals.set(sid, metadata)
      const iat = Math.floor(antiphon.now() / 1000)
      const times = { iat, nbf: iat, exp: iat + CONFIRMED_SECONDS }
      const word = { sub, ...times, jti: randomText(16), challenge_id, key: BANK_STEP, status: 'completed' }
      return await new SignJWT(word).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey)
    },
    /** Pay, once for each approval, if the access token carries the scope for it. `challengeToken`: what a passkey has approved. */
    async transfer(accessToken: string, wanted: Payment, challengeToken?: string): Promise<TransferOutcome> {
      const token = accessShape.safeParse(await verifyAccess(accessToken))
      if (!token.success) return { kind: 'unauthorized' }
      const { sid } = token.data
      const scopes = token.data.scope.split(' ')
      const isPaid =
        challengeToken === undefined
          ? scopes.includes(TRANSFER_SCOPE) && takeApproval(sid, wanted)
          : scopes.includes(SIGN_SCOPE) && (await settle(challengeToken, sid, wanted))
      if (!isPaid) return { kind: 'step_up' }
      return { kind: 'paid', receipt: { ...wanted, number: `FX-${randomText(6)}` } }
    },
  }

  function takeApproval(sid: string, wanted: Payment): boolean {
    const approved = approvals.get(sid)
    return approved !== undefined && sameText(approved, wanted) && approvals.delete(sid)
  }

  async function settle(challengeToken: string, sid: string, wanted: Payment): Promise<boolean> {
    const { success, data } = completedShape.safeParse(await verifyChallenge(challengeToken))
    if (!success || data.sid !== sid || !sameText(data.metadata, wanted) || settled.has(data.challenge_id)) return false
    makeRoom(settled)
    settled.add(data.challenge_id)
    return true
  }
}

/** The oldest goes when there are too many. */
function makeRoom(kept: Map<string, unknown> | Set<string>) {
  const [oldest] = kept.keys()
  if (oldest !== undefined && kept.size >= MAX_APPROVALS) kept.delete(oldest)
}

const randomText = (bytes: number) => randomBytes(bytes).toString('base64url')

const sameText = (one: Payment, other: Payment) =>
  one.to === other.to && one.amount === other.amount && one.currency === other.currency

/** Reads the claims of a token of Antiphon's that is good now: type, signature by a published key, times. */
function tokenVerifier(antiphon: Antiphon, path: string, typ: string) {
  let keys: JWTVerifyGetKey | undefined
  return async (token: string): Promise<JWTPayload | undefined> => {
    keys ??= createRemoteJWKSet(new URL(path, antiphon.origin()), fetchKeys(antiphon))
    const options = { typ, algorithms: ['EdDSA', 'ES256', 'RS256'], currentDate: new Date(antiphon.now()) }
    return await jwtVerify(token, keys, options).then(
      ({ payload }) => payload,
      () => undefined,
    )
  }
}
