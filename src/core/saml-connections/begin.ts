import { loginUrl } from '../../crypto/saml/request.ts'
import type { Deps } from '../../platform/deps.ts'
import { beginAttempt } from '../attempts/attempt.ts'
import type { SamlConnection } from './connection.ts'
import { findSamlKeys } from './keys.ts'

/** A login as a client began it, by whatever way. */
export interface SamlLoginStart {
  /** Judged already: on the list of the application. */
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly dispatchId: string | undefined
}

/** Remember a login, and say where the browser goes on to: the identity provider, with a request that it answers within ten minutes. */
export async function beginSamlLogin(
  deps: Deps,
  appId: string,
  { id: connectionId, idp, sp }: SamlConnection,
  { redirectUri, codeChallenge, dispatchId }: SamlLoginStart,
): Promise<string> {
  const { privateKey } = await findSamlKeys(deps, appId)
  const attempt = {
    kind: 'saml',
    provider: connectionId,
    redirect_uri: redirectUri,
    code_challenge: codeChallenge,
    dispatch_id: dispatchId ?? null,
    secrets: {},
  } as const
  const id = await deps.transact((tx) => beginAttempt(tx, deps, appId, attempt))
  return loginUrl({
    id,
    // What comes back with it names the same request: some identity providers drop it.
    relayState: id,
    ssoUrl: idp.sso_url,
    acsUrl: sp.acsUrl,
    entityId: sp.entityId,
    now: deps.now(),
    privateKey,
  })
}
