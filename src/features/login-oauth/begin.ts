import { type Application, originsOf } from '../../core/applications/application.ts'
import { beginAttempt } from '../../core/attempts/attempt.ts'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import { authorizationUrl, newBinding } from '../../core/oauth/authorization.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { budgetsOf } from '../../platform/limits/network.ts'
import { consumeLimit } from '../../platform/limits/store.ts'
import { settingsOf } from '../../platform/settings.ts'
import { openClient, returnNameOf } from './configured-client.ts'
import { oauthSettings, START_WINDOW_SECONDS } from './settings.ts'
import { callbackPath } from './wire.ts'

/** A login as a client begins it. */
export interface LoginStart {
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly dispatchId: string | undefined
  /** Whom the provider's page may expect. */
  readonly email?: string
  /** Whether its network was counted when the provider was looked up. */
  readonly isCounted?: boolean
}

export type Begun = { kind: 'begun'; url: string } | { kind: 'limited' } | { kind: 'unavailable' }

/** Count a login that is begun, or that is asked about. False when its network, or the customer who has many, has begun too many. */
export async function consumeStart(tx: Tx, deps: Deps, app: Application, { ip }: HttpRequest): Promise<boolean> {
  for (const { subject, max } of budgetsOf(ip, settingsOf(app, oauthSettings).starts_per_ip)) {
    const limit = { name: 'oauth_starts', max, windowSeconds: START_WINDOW_SECONDS }
    if (!(await consumeLimit(tx, app.id, limit, subject, deps.now()))) return false
  }
  return true
}

/** Remember a login, and say where the browser goes on to. */
export async function beginLogin(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  row: OAuthConfigRow,
  { redirectUri, codeChallenge, dispatchId, email, isCounted = false }: LoginStart,
): Promise<Begun> {
  const opened = await openClient(deps, row)
  if (opened.kind === 'unavailable') {
    deps.log.warn({ app: app.id, provider: row.id, cause: opened.cause }, 'a provider cannot be used')
    return { kind: 'unavailable' }
  }
  const [origin = ''] = originsOf(app, deps.config, request.authority)
  const binding = newBinding(deps, origin + callbackPath(returnNameOf(row)))
  const attempt = {
    kind: 'oauth',
    provider: returnNameOf(row),
    redirect_uri: redirectUri,
    code_challenge: codeChallenge,
    dispatch_id: dispatchId ?? null,
    secrets: { ...binding, configId: row.id },
  } as const
  const state = await deps.transact(async (tx) =>
    isCounted || (await consumeStart(tx, deps, app, request))
      ? await beginAttempt(tx, deps, app.id, attempt)
      : undefined,
  )
  if (state === undefined) return { kind: 'limited' }
  const hint = email === undefined ? {} : { login_hint: email }
  return { kind: 'begun', url: authorizationUrl(opened.client, binding, state, hint) }
}
