import type { Application } from '../../core/applications/application.ts'
import type { Deps } from '../../platform/deps.ts'
import type { JwtConfig } from './config.ts'
import { judgeToken, type Terms } from './jwt-mode.ts'
import type { Judgement, LegacyFailure, UsedSession } from './outcome.ts'
import { refreshReadingOf } from './presets.ts'
import { refresh } from './refreshing.ts'
import { refusalsOf } from './refusals.ts'
import type { TokenClient } from './token-endpoint.ts'
import { doubted, passed, refused, type Step } from './trace.ts'

/** How refresh tokens of a configuration are used; undefined where they are not taken. */
export function tokenClientOf(config: JwtConfig, clientSecret: string | undefined): TokenClient | undefined {
  const reading = refreshReadingOf(config)
  if (!config.refresh || reading?.tokenEndpoint === undefined) return undefined
  return {
    url: reading.tokenEndpoint,
    wire: reading.refreshWire,
    refresh: config.refresh,
    clientSecret,
    authentication: config.refresh.client_authentication ?? (config.preset === 'okta' ? 'basic' : 'post'),
  }
}

/** Use a legacy refresh token, and judge what its vendor gives for it as any other legacy token. */
export async function judgeRefreshToken(
  deps: Deps,
  app: Application,
  terms: Terms,
  client: TokenClient,
  text: string,
  ip: string,
): Promise<Judgement> {
  const refusals = refusalsOf(deps, app, client.url, text, ip)
  const early = refusals.find()
  if (early) return ended(early, refused('refresh', `not asked: ${early.reason}`))
  const outcome = await refresh(deps, app, client, text, ip)
  switch (outcome.kind) {
    case 'refused':
      refusals.note()
      return ended({ kind: 'failed', reason: 'refresh_refused' }, refused('refresh', 'the vendor refuses the token'))
    case 'doubt':
      if (outcome.isOdd) refusals.noteOdd()
      deps.log.warn({ app: app.id, cause: outcome.cause }, 'a legacy refresh token could not be used')
      return ended(FAILED, doubted('refresh', `the vendor ${outcome.cause}`))
    case 'tokens':
      return await judgeNewTokens(deps, { ...terms, now: outcome.at }, outcome.tokens)
  }
}

const FAILED: LegacyFailure = { kind: 'failed', reason: 'refresh_failed', legacyDown: true }
const ended = (outcome: LegacyFailure, ...steps: readonly Step[]): Judgement => ({ outcome, steps })

/** To the vendor, a token whose outcome is kept is used up: whoever ends all sessions here meanwhile means what is kept, too. */
const keptSince = (session: UsedSession | undefined, at: number): UsedSession | undefined =>
  session && { ...session, issuedAt: at, endsHere: true }

/**
 * They were good when they came, and are judged as they were then: the refresh token may be used up by now. For the same reason whatever is wrong with
 * them is no refusal.
 */
async function judgeNewTokens(deps: Deps, terms: Terms, tokens: readonly string[]): Promise<Judgement> {
  const given = passed('refresh', 'the vendor gave new tokens for it')
  let last: Judgement | undefined
  for (const token of tokens) {
    const judged = await judgeToken(deps, terms, token)
    const steps = [given, ...judged.steps]
    if (judged.outcome.kind === 'user')
      return {
        steps,
        outcome: { ...judged.outcome, way: 'refresh', session: keptSince(judged.outcome.session, terms.now) },
      }
    if (judged.outcome.legacyDown) return { steps, outcome: judged.outcome }
    last = { steps, outcome: { kind: 'failed', reason: 'refresh_unusable', legacyDown: true } }
  }
  return last ?? ended(FAILED, given)
}
