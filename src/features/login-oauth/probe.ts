import * as oauth from 'oauth4webapi'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import { carrier } from '../../core/oauth/carry.ts'
import { clientOf, type OAuthClient, serverOf } from '../../core/oauth/client.ts'
import { exchange } from '../../core/oauth/exchange.ts'
import { decodeJson } from '../../crypto/json.ts'
import type { Deps } from '../../platform/deps.ts'
import { openClient, returnNameOf } from './configured-client.ts'
import { callbackPath } from './wire.ts'

/** How a provider answers us, as far as can be told without a user. */
export interface Probe {
  /** Id of the provider or connection. */
  readonly id: string
  readonly redirectUri: string
  /** Why it cannot be used at all; undefined when it can. */
  readonly unavailable: string | undefined
  /** Whether its keys can be read; undefined for a provider without ID tokens. */
  readonly keys: boolean | undefined
  /** What it makes of our client id and secret; `unknown` when it says nothing of them. */
  readonly client: 'accepted' | 'refused' | 'unknown' | 'unasked'
}

/** Names no login: a provider that knows the client says that the code is wrong. */
const NO_CODE = 'antiphon-doctor'

const redirectUriOf = (origin: string, row: OAuthConfigRow) => origin + callbackPath(returnNameOf(row))

/** What is known of a provider that nobody asks. */
export const unprobed = (origin: string, row: OAuthConfigRow): Probe => ({
  id: row.id,
  redirectUri: redirectUriOf(origin, row),
  unavailable: undefined,
  keys: undefined,
  client: 'unasked',
})

/** Ask a provider what it makes of a configuration. Nothing is changed by it, here or there. */
export async function probe(deps: Deps, origin: string, row: OAuthConfigRow): Promise<Probe> {
  const redirectUri = redirectUriOf(origin, row)
  const opened = await openClient(deps, row)
  if (opened.kind === 'unavailable') {
    return { id: row.id, redirectUri, unavailable: opened.cause, keys: undefined, client: 'unknown' }
  }
  const keys = await readsKeys(deps, opened.client)
  return {
    id: row.id,
    redirectUri,
    unavailable: undefined,
    keys,
    client: await tryClient(deps, opened.client, redirectUri),
  }
}

async function readsKeys(deps: Deps, { server }: OAuthClient): Promise<boolean | undefined> {
  if (server.jwks_uri === undefined) return undefined
  try {
    const response = await carrier(deps, 256 * 1024)(server.jwks_uri, { method: 'GET', headers: {} })
    const said = decodeJson(Buffer.from(await response.arrayBuffer())) as { keys?: unknown } | undefined
    return response.status === 200 && Array.isArray(said?.keys) && said.keys.length > 0
  } catch {
    return false
  }
}

async function tryClient(deps: Deps, client: OAuthClient, callbackUrl: string): Promise<Probe['client']> {
  const answer = new URLSearchParams({ state: 'x', code: NO_CODE, iss: client.server.issuer })
  const validated = oauth.validateAuthResponse(serverOf(client), clientOf(deps, client), answer, 'x')
  const binding = { verifier: NO_CODE.padEnd(43, '-'), nonce: NO_CODE, callbackUrl }
  const exchanged = await exchange(deps, client, validated, binding, undefined)
  return exchanged.kind === 'failed' ? judgeCause(exchanged.cause) : 'unknown'
}

const KNOWN = /invalid_grant|bad_verification_code|invalid_request/
const STRANGE = /invalid_client|unauthorized_client|incorrect_client_credentials|refuses the client/

function judgeCause(cause: string): Probe['client'] {
  if (STRANGE.test(cause)) return 'refused'
  return KNOWN.test(cause) ? 'accepted' : 'unknown'
}
