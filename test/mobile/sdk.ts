import { pkce } from '../builders.ts'
import type { Answer } from '../send.ts'
import type { World } from '../world.ts'
import { SdkError } from './cases.ts'
import {
  accessClaims,
  challengeClaims,
  challengeTokenOf,
  compliancyShape,
  decode,
  identifierListShape,
  sessionListShape,
  stepUpOf,
} from './decode.ts'
import { oauth } from './oauth.ts'
import { passkeys } from './passkeys.ts'
import type { Platform } from './platform.ts'
import { openSession, type Session, succeeded } from './session.ts'
import { type Exchange, openWire, type Request, type Wire, type WireOptions } from './wire.ts'

export interface SdkOptions extends WireOptions {
  /** Whether a signals dispatcher is set, so that calls name what it sent. */
  readonly signals?: boolean
}

export interface Identifier {
  readonly type: 'phone_number' | 'email_address'
  readonly value: string
}

/** A step-up that waits for its current step. `expiresAt`: Unix ms by the clock of the device. */
export interface Challenge {
  readonly token: string
  readonly id: string
  readonly step: string
  readonly jti: string
  readonly expiresAt: number
  /** What to ask the authenticator, where a passkey does the step. */
  readonly options: unknown
}

type Target = 'all' | 'others' | 'mine' | 'session'

/** The client of a mobile app: the methods of the SDK of a platform, each sending what that SDK sends. */
export type Sdk = ReturnType<typeof sdk>

export function sdk(w: World, platform: Platform, options: SdkOptions) {
  const wire = openWire(w, platform, options)
  const session = openSession(wire, platform)
  const withPasskeys = passkeys(wire, session, platform, () => dispatch(options))
  return {
    ...signIn(wire, session, options),
    ...oauth(wire, session, platform, () => dispatch(options)),
    ...withPasskeys,
    ...signedIn(wire, session, platform),
    ...stepUp(wire, session, platform, { ...options, vault: withPasskeys.vault }),
    device: wire.device,
    jar: wire.jar,
    exchanges: wire.exchanges,
    loseNextAnswer: wire.loseNextAnswer,
    gatherAnswers: wire.gatherAnswers,
    /** The calls so far as `METHOD /path status`, forgotten once told. */
    told: (): string[] => wire.exchanges.splice(0).map(describe),
    /** End the process and start it again: what is on the disk stays. */
    restart: () => wire.jar.endProcess(platform.keepsCookies),
    /** Of the access token. */
    profile: () => accessClaims(wire.device.access?.token ?? ''),
  }
}

const describe = ({ method, path, answer }: Exchange) => `${method} ${path} ${answer.status}`

/** What a signals dispatcher adds to a body. */
const dispatch = ({ signals = false }: SdkOptions) => (signals ? { dispatch_id: crypto.randomUUID() } : {})

function signIn(wire: Wire, session: Session, options: SdkOptions) {
  const post = async (path: string, body: object) => succeeded(await wire.exchange({ path, body }))
  return {
    /** Answers the `X-Verification-Token`, besides the cookie. */
    async startOTPLogin(identifier: Identifier, loginConfigId?: string): Promise<string | undefined> {
      const chosen = loginConfigId === undefined ? {} : { login_config_id: loginConfigId }
      const answer = await post('/otp', { identifier, ...chosen, ...dispatch(options) })
      return answer.headers.get('x-verification-token') ?? undefined
    },
    /** By the cookie, if there still is one; and by a verification token, if one is given. */
    async checkOTP(code: string, verificationToken?: string): Promise<void> {
      const headers = { 'x-verification-token': verificationToken }
      const answer = succeeded(await wire.exchange({ path: '/otp/check', body: { code }, headers }))
      await session.finalize(challengeTokenOf(answer))
    },
    async resendOTP(): Promise<void> {
      succeeded(await wire.exchange({ path: '/otp/retry' }))
    },
    async loginWithPassword(identifier: string, password: string): Promise<void> {
      const answer = await post('/login/email/password', { identifier, password, ...dispatch(options) })
      await session.finalize(challengeTokenOf(answer))
    },
    /** Nothing while there is a good access token. */
    async migrate(token: string): Promise<void> {
      if (session.isFresh()) return
      const { verifier, challenge } = pkce()
      const answer = await post('/migration', { token, code_challenge: challenge, ...dispatch(options) })
      await session.finalize(challengeTokenOf(answer), verifier)
    },
    /** What a login does with its challenge token. */
    finalize: session.finalize,
  }
}

function signedIn(wire: Wire, session: Session, platform: Platform) {
  const transmit = platform.provesSessionCalls ? wire.proven : wire.exchange
  const bearer = async (request: Request, by: (request: Request) => Promise<Answer>) =>
    succeeded(await session.bearer(request, by))
  return {
    refresh: session.refresh,
    forceRefresh: () => session.renew(),
    invalidateCache: session.invalidate,
    logout: session.logout,
    async listSessions(page: { limit?: number; offset?: number } = {}) {
      const query = Object.entries(page).map(([name, value]) => `${name}=${value}`)
      const path = query.length > 0 ? `/me/list?${query.join('&')}` : '/me/list'
      return decode(sessionListShape, await bearer({ method: 'GET', path }, transmit))
    },
    async revokeSessions(target: Target, sessionId?: string): Promise<void> {
      const own = accessClaims(wire.device.access?.token ?? '').sid
      const which = sessionId === undefined ? '' : `&session_id=${encodeURIComponent(sessionId)}`
      await bearer({ path: `/me/revoke?target=${target}${which}` }, transmit)
      if (target === 'all' || target === 'mine' || sessionId === own) session.wipe()
    },
    /** No SDK has this method: the app asks with the access token. */
    async listIdentifiers() {
      const answer = await bearer({ method: 'GET', path: '/me/identifiers' }, wire.exchange)
      return decode(identifierListShape, answer).identifiers
    },
    async passwordCompliancy() {
      return decode(compliancyShape, succeeded(await wire.exchange({ method: 'GET', path: '/password/compliancy' })))
    },
    async canChangePassword(): Promise<boolean> {
      await session.renew()
      const { scope = '' } = accessClaims(wire.device.access?.token ?? '')
      return scope.split(' ').includes('prld:pwd:write')
    },
    async changePassword(password: string): Promise<void> {
      await bearer({ path: '/me/password/reset', body: { password } }, wire.exchange)
      session.invalidate()
      await session.refresh()
    },
  }
}

type StepUpOptions = SdkOptions & { readonly vault: { get(written: unknown): object } }

function stepUp(wire: Wire, session: Session, platform: Platform, options: StepUpOptions) {
  function read(token: string, answer: Answer): Challenge {
    const { challenge_id, current_step, jti, exp } = challengeClaims(token)
    const { public_key_credential_request_options } = answer.body
    return {
      token,
      id: challenge_id,
      step: current_step,
      jti,
      expiresAt: (exp + wire.skewOf(answer)) * 1000,
      options: public_key_credential_request_options,
    }
  }

  function assertOpen({ expiresAt }: Challenge, name: string = platform.expiredChallengeCase): void {
    if (expiresAt <= wire.now()) throw new SdkError('expired_challenge_token', { case: name })
  }

  /** Complete the current step by what the body says of it. */
  async function continueBy(challenge: Challenge, proof: object): Promise<Challenge | undefined> {
    const request = { path: '/stepup/continue', body: { challenge_token: challenge.token, ...proof } }
    const transmit = (one: Request) => wire.bound(one, challenge.jti)
    return await proceed(
      platform.continuesWithBearer ? await session.bearer(request, transmit) : await transmit(request),
    )
  }

  /** The step that follows; undefined when there is none, and the access token carries the scope. */
  async function proceed(answer: Answer): Promise<Challenge | undefined> {
    const next = read(challengeTokenOf(succeeded(answer)), answer)
    if (next.step !== 'completed') return next
    session.invalidate()
    await session.renew(next.token)
    return undefined
  }

  return {
    /** Undefined when the scope is refused. */
    async requestStepUp(scope: string, metadata?: Record<string, string>): Promise<Challenge | undefined> {
      const body = { scope, ...(metadata && { metadata }), ...dispatch(options) }
      const answer = succeeded(await session.bearer({ path: '/stepup/request', body }, wire.proven))
      const opened = stepUpOf(answer)
      return opened.kind === 'challenge' ? read(opened.token, answer) : undefined
    },
    async sendStepUpOTP(challenge: Challenge): Promise<void> {
      assertOpen(challenge)
      succeeded(await wire.exchange({ path: '/otp', body: { challenge_token: challenge.token, ...dispatch(options) } }))
    },
    async submitStepUpOTP(challenge: Challenge, code: string): Promise<Challenge | undefined> {
      assertOpen(challenge)
      const body = { code, challenge_token: challenge.token }
      return await proceed(await wire.bound({ path: '/otp/check', body }, challenge.jti))
    },
    async continueStepUpWithPasskey(challenge: Challenge): Promise<Challenge | undefined> {
      assertOpen(challenge, 'ExpiredChallengeToken')
      return await continueBy(challenge, { passkey_assertion: options.vault.get(challenge.options) })
    },
    /** As `continueStepUpWithPasskey` goes over the wire, with the customer's word in the place of the assertion. */
    continueStepUp: (challenge: Challenge, verificationToken: string): Promise<Challenge | undefined> =>
      continueBy(challenge, { verification_token: verificationToken }),
  }
}
