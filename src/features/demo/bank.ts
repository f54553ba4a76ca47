import { z } from 'zod'
import { issuerKeys } from '../../core/issuer-keys/issuer-keys.ts'
import { encode } from '../../crypto/base64url.ts'
import { generateKeyPair, importPrivateJwk, thumbprint } from '../../crypto/jwk.ts'
import { decodeJwt, judgeTimes, signJwt, verifyJwt } from '../../crypto/jwt.ts'
import { unixSeconds } from '../../platform/clock.ts'
import { type Deps, resident } from '../../platform/deps.ts'

/** What the bank wants to see before it pays. */
export const TRANSFER_SCOPE = 'transfer:write'
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

/** The key that the bank signs with; a new one whenever the server starts. */
export const bankKey = resident(async () => {
  const { publicJwk, privateJwk } = await generateKeyPair('RS256')
  const kid = thumbprint(publicJwk)
  return { kid, key: importPrivateJwk(privateJwk), jwk: { ...publicJwk, kid, alg: 'RS256', use: 'sig' } }
})

/** The payment that a session has last approved. The oldest goes when there are too many. */
const approvals = resident(() => new Map<string, Payment>())

const challengeShape = z.object({
  sub: z.string(),
  sid: z.string(),
  challenge_id: z.string(),
  current_step: z.literal(BANK_STEP),
  scope_requested: z.literal(TRANSFER_SCOPE),
  metadata: payment,
})

/**
 * The user has approved in the bank's app what a challenge of Antiphon's is about. Answers the bank's signed word for it, undefined when the
 * challenge is not one for the bank. The bank pays what the challenge says, whatever the page says later.
 */
export async function confirmPayment(
  deps: Deps,
  antiphon: string,
  challengeToken: string,
): Promise<string | undefined> {
  const claims = await verifyToken(deps, `${antiphon}/.well-known/step-up-jwks.json`, challengeToken, 'challenge+jwt')
  const challenge = challengeShape.safeParse(claims)
  if (!challenge.success) return undefined
  const { sub, sid, challenge_id, metadata } = challenge.data
  approve(approvals(deps), sid, metadata)
  const { kid, key } = await bankKey(deps)
  const iat = unixSeconds(deps.now())
  const times = { iat, nbf: iat, exp: iat + CONFIRMED_SECONDS }
  const word = { sub, ...times, jti: encode(deps.random(16)), challenge_id, key: BANK_STEP, status: 'completed' }
  return signJwt({ alg: 'RS256', typ: 'JWT', kid }, word, key)
}

function approve(known: Map<string, Payment>, sessionId: string, approved: Payment) {
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= MAX_APPROVALS) known.delete(oldest)
  known.set(sessionId, approved)
}

const accessShape = z.object({ sub: z.string(), sid: z.string(), scope: z.string().default('') })

export type TransferOutcome =
  | { kind: 'paid'; receipt: Payment & { number: string } }
  /** The token is good, but not for this payment. */
  | { kind: 'step_up' }
  | { kind: 'unauthorized' }

/** Pay, once for each approval, if the access token carries the scope. */
export async function transfer(
  deps: Deps,
  antiphon: string,
  accessToken: string,
  wanted: Payment,
): Promise<TransferOutcome> {
  const claims = await verifyToken(deps, `${antiphon}/.well-known/jwks.json`, accessToken, 'at+jwt')
  const token = accessShape.safeParse(claims)
  if (!token.success) return { kind: 'unauthorized' }
  const { sid, scope } = token.data
  const approved = approvals(deps).get(sid)
  const isApproved = approved !== undefined && sameText(approved, wanted)
  if (!scope.split(' ').includes(TRANSFER_SCOPE) || !isApproved) return { kind: 'step_up' }
  approvals(deps).delete(sid)
  return { kind: 'paid', receipt: { ...wanted, number: `FX-${encode(deps.random(6))}` } }
}

const sameText = (one: Payment, other: Payment) =>
  one.to === other.to && one.amount === other.amount && one.currency === other.currency

/** The claims of a token of Antiphon's that is good now: type, signature by a published key, times. */
async function verifyToken(deps: Deps, jwksUrl: string, token: string, typ: string) {
  const kid = decodeJwt(token)?.header.kid
  if (typeof kid !== 'string') return undefined
  const found = await issuerKeys(deps).find(jwksUrl, kid)
  if (found.kind !== 'found') return undefined
  const verified = verifyJwt(token, typ, () => found.key, ['EdDSA', 'ES256', 'RS256'])
  return verified && judgeTimes(verified.claims, deps.now(), 0) === 'ok' ? verified.claims : undefined
}
