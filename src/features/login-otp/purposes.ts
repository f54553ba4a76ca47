import type { Application } from '../../core/applications/application.ts'
import type { ChallengeClaims } from '../../core/challenges/challenge-claims.ts'
import { verifyChallengeToken } from '../../core/challenges/challenge-token.ts'
import { checkStep, type StepCheck, startStep } from '../../core/step-up/code-step.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { checkForChallenge } from './check.ts'
import { type LinkStart, startLink } from './link.ts'

type Mode = ChallengeClaims['grant_mode']
type ClaimsOf<M extends Mode> = Extract<ChallengeClaims, { grant_mode: M }>

type Checked = StepCheck | { kind: 'saml_login_required' }

/** What a code does for the challenge that asks for it. */
interface Purpose<C> {
  start(deps: Deps, app: Application, request: HttpRequest, claims: C): Promise<LinkStart>
  check(deps: Deps, app: Application, request: HttpRequest, tried: { claims: C; code: string }): Promise<Checked>
}

const step: Purpose<ClaimsOf<'single-use' | 'session-bound' | 'profile-bound'>> = { start: startStep, check: checkStep }

const link: Purpose<ClaimsOf<'oauth-email-link'>> = {
  start: startLink,
  async check(deps, app, request, { claims, code }) {
    const outcome = await checkForChallenge(deps, app, request, { by: { challengeJti: claims.jti }, code })
    if (outcome.kind !== 'proven') return outcome
    return { kind: 'advanced', answer: { challenge_token: outcome.challengeToken } }
  },
}

/** By grant mode of the challenge. The token of a login asks for no code: it is finalized. */
const purposes: { readonly [M in Mode]?: Purpose<ClaimsOf<M>> } = {
  'single-use': step,
  'session-bound': step,
  'profile-bound': step,
  'oauth-email-link': link,
}

type Read =
  | { kind: 'read'; claims: ChallengeClaims; purpose: Purpose<ChallengeClaims> }
  | { kind: 'expired' }
  | { kind: 'invalid' }

async function read(deps: Deps, app: Application, challengeToken: string): Promise<Read> {
  const token = await verifyChallengeToken(deps, app, challengeToken)
  if (token.kind !== 'valid') return token
  const purpose = purposes[token.claims.grant_mode] as Purpose<ChallengeClaims> | undefined
  return purpose ? { kind: 'read', claims: token.claims, purpose } : { kind: 'invalid' }
}

/** Send the code that a challenge asks for. */
export async function startForChallenge(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  challengeToken: string,
): Promise<LinkStart | { kind: 'expired' | 'invalid' }> {
  const challenge = await read(deps, app, challengeToken)
  return challenge.kind === 'read' ? await challenge.purpose.start(deps, app, request, challenge.claims) : challenge
}

/** Try a code for the challenge that asked for it. `wrong` stands for an expired challenge, too. */
export async function checkChallenge(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  { challengeToken, code }: { challengeToken: string; code: string },
): Promise<Checked | { kind: 'invalid' }> {
  const challenge = await read(deps, app, challengeToken)
  if (challenge.kind === 'expired') return { kind: 'wrong' }
  if (challenge.kind === 'invalid') return { kind: 'invalid' }
  return await challenge.purpose.check(deps, app, request, { claims: challenge.claims, code })
}
