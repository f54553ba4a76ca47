import { readLegacyUser } from '../../core/legacy-users/legacy-user.ts'
import type { Deps } from '../../platform/deps.ts'
import { CLAIM_CHECKS } from './checks.ts'
import type { JwtConfig } from './config.ts'
import { type LegacyToken, readToken } from './legacy-token.ts'
import { judgeLife, type Life } from './life.ts'
import type { Judgement, LegacyFailure, Way } from './outcome.ts'
import { personOf } from './person.ts'
import { readingsOf, type TokenReading } from './presets.ts'
import { sessionOf } from './session.ts'
import { judgeSignature, type SignatureVerdict } from './signature.ts'
import { doubted, passed, refused, type Step } from './trace.ts'

/** What a token is judged by. */
export interface Terms {
  readonly config: JwtConfig
  readonly secret: string | undefined
  /** When the token was shown to us, Unix ms. */
  readonly now: number
}

/** Whether the configuration still lets legacy sessions in. */
export const isOver = ({ cut_over_at }: JwtConfig, now: number): boolean =>
  cut_over_at !== undefined && now >= Date.parse(cut_over_at)

/** Judge a legacy token by what it says of itself and its issuer's keys, and read the user from its claims. RFC 7519 §7.2. */
export async function judgeToken(deps: Deps, terms: Terms, text: string): Promise<Judgement> {
  const looked = lookAt(terms, text)
  if (!looked.token) return ended(looked.steps, { kind: 'failed', reason: looked.reason })
  const { token, reading, life } = looked
  const signature = await judgeSignature(deps, terms.config, terms.secret, reading, token)
  const steps = [...looked.steps, stepOf(signature)]
  const failure = failureOf(signature)
  if (failure) return ended(steps, failure)
  const read = await readLegacyUser({ user: personOf(token.claims, reading) })
  if (read.kind === 'failed') return ended([...steps, refused('record', RECORD_PROBLEMS[read.reason])], read)
  const { user } = read
  const left = user.leftOut.length > 0 ? `; left out: ${user.leftOut.join(', ')}` : ''
  const session = sessionOf(token, user.externalId, life, reading, terms.config)
  return ended([...steps, passed('record', `the user is ${user.externalId}${left}`)], {
    kind: 'user',
    user,
    way: WAY_OF[life.kind],
    session,
  })
}

const WAY_OF: Readonly<Record<Life['kind'], Way>> = { live: 'token', session: 'token', grace: 'grace', over: 'token' }

const RECORD_PROBLEMS = {
  missing_external_id: 'the claim that names the user is absent or empty',
  invalid_response: 'the claim that names the user is no text of 1 to 128 characters, and no whole number below 2^53',
}

const ended = (steps: readonly Step[], outcome: Judgement['outcome']): Judgement => ({ steps, outcome })

type Looked =
  | { token: LegacyToken; reading: TokenReading; life: Exclude<Life, { kind: 'over' }>; steps: readonly Step[] }
  | { token: undefined; reason: 'invalid_token' | 'expired_token'; steps: readonly Step[] }

/** Everything that can be said of a token without asking anybody. */
export function lookAt({ config, secret, now }: Terms, text: string): Looked {
  const token = readToken(config, secret, text)
  if (!token) return unfit([refused('form', FORM_PROBLEM[config.preset === 'authjs' ? 'cookie' : 'jwt'])])
  const readings = readingsOf(config)
  const reading = readings.find(({ issuer }) => issuer === undefined || issuer === token.claims.iss)
  if (!reading)
    return unfit([FORM, refused('issuer', `its iss is none of ${readings.map(({ issuer }) => issuer).join(', ')}`)])
  const issuer = passed('issuer', reading.issuer ?? 'the tokens of this preset name none')
  const checked = CLAIM_CHECKS.map(({ name, findProblem }) => {
    const problem = findProblem({ token, reading, config, now })
    return problem === undefined ? passed(name, 'as the configuration wants it') : refused(name, problem)
  })
  const life = judgeLife(token.claims, reading, config, now)
  const failed = checked.filter(({ result }) => result === 'refused')
  const steps = [FORM, issuer, ...checked]
  if (failed.length === 0 && life.kind !== 'over') return { token, reading, life, steps }
  const isExpired = failed.length === 1 && life.kind === 'over' && life.isExpired
  return unfit(steps, isExpired ? 'expired_token' : 'invalid_token')
}

const FORM = passed('form', 'it can be read')
const FORM_PROBLEM = {
  jwt: 'it is no signed JWT of at most 16 KiB',
  cookie: 'it is no session cookie that the secret opens',
}

const unfit = (steps: readonly Step[], reason: 'invalid_token' | 'expired_token' = 'invalid_token'): Looked => ({
  token: undefined,
  reason,
  steps,
})

function failureOf({ verdict }: SignatureVerdict): LegacyFailure | undefined {
  if (verdict === 'verified') return undefined
  if (verdict === 'refused') return { kind: 'failed', reason: 'invalid_token' }
  if (verdict === 'gone') return { kind: 'failed', reason: 'request_failed' }
  return { kind: 'failed', reason: 'request_failed', legacyDown: true }
}

const KEYS = {
  secret: 'the secret',
  jwks: 'the keys in jwks',
  jwks_url: 'the keys that the issuer publishes',
  kept_keys: 'the copy of the issuer’s keys that was kept',
  nothing: 'nothing: neither keys nor a secret are configured for its algorithm',
}

function stepOf({ verdict, by }: SignatureVerdict): Step {
  if (verdict === 'verified') return passed('signature', `by ${KEYS[by]}`)
  if (verdict === 'refused') return refused('signature', `by ${KEYS[by]}`)
  if (verdict === 'gone')
    return refused('signature', 'the issuer says that it has no keys any more, and no copy was kept that fits')
  return doubted('signature', 'the issuer cannot be asked for its keys now, and no copy was kept that fits')
}
