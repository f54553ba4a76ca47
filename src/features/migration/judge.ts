import type { Application } from '../../core/applications/application.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { JwtConfig, MigrationConfig } from './config.ts'
import { askHook, type LegacySession } from './hook-mode.ts'
import { isOver, judgeToken, type Terms } from './jwt-mode.ts'
import { isRefreshToken } from './legacy-token.ts'
import type { Judgement } from './outcome.ts'
import { judgeRefreshToken, tokenClientOf } from './refresh-mode.ts'
import { openSecrets } from './secrets.ts'
import { migrationConfigs } from './store.ts'
import type { TokenClient } from './token-endpoint.ts'
import { passed, refused } from './trace.ts'

/** How a legacy session is judged: nobody has been asked yet. */
export type Way =
  | { kind: 'closed'; judgement: Judgement }
  | { kind: 'hook'; config: Extract<MigrationConfig, { mode: 'hook' }> }
  | { kind: 'token'; terms: Terms }
  | { kind: 'refresh'; terms: Terms; client: TokenClient }

/** Choose the way that a configuration has for a token. */
export async function chooseWay(deps: Deps, app: Application, text: string): Promise<Way> {
  const config = (await migrationConfigs.find(deps.db, app.id))?.config
  if (!config) return closed('the application has no migration configuration')
  if (config.mode === 'hook') return { kind: 'hook', config }
  if (isOver(config, deps.now())) return closed('cut_over_at is over')
  return wayOf(deps, app, config, text)
}

function wayOf(deps: Deps, app: Application, config: JwtConfig, text: string): Way {
  const { secret, client_secret } = openSecrets(deps, app.id, config)
  const terms = { config, secret, now: deps.now() }
  const client = tokenClientOf(config, client_secret)
  return client && isRefreshToken(text) ? { kind: 'refresh', terms, client } : { kind: 'token', terms }
}

const closed = (detail: string): Way => ({
  kind: 'closed',
  judgement: { outcome: { kind: 'failed', reason: 'not_configured' }, steps: [refused('configuration', detail)] },
})

/** Judge a legacy session. */
export async function judgeSession(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  session: LegacySession,
): Promise<Judgement> {
  const way = await chooseWay(deps, app, session.token)
  switch (way.kind) {
    case 'closed':
      return way.judgement
    case 'hook':
      return {
        outcome: await askHook(deps, app, way.config, request, session),
        steps: [passed('configuration', 'by hook')],
      }
    case 'token':
      return await judgeToken(deps, way.terms, session.token)
    case 'refresh':
      return await judgeRefreshToken(deps, app, way.terms, way.client, session.token, request.ip)
  }
}
