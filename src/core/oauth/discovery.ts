import * as oauth from 'oauth4webapi'
import { z } from 'zod'
import { newBoundedCache } from '../../crypto/bounded-cache.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { carrier, Unreachable } from './carry.ts'
import { flagOf } from './claims.ts'
import type { ProviderServer } from './provider.ts'

const KEPT_MS = 86_400_000
const TRY_AGAIN_MS = 10_000
const ISSUERS_REMEMBERED = 1_000

export type Discovered =
  | { kind: 'found'; server: ProviderServer }
  /** `problem`: for whoever configures it. */
  | { kind: 'unusable' | 'unreachable'; problem: string }

interface Known {
  readonly outcome: Discovered
  /** By the monotonic clock, until when it is taken as it is. */
  readonly until: number
}

/** What issuers said last, and who is being asked. */
const issuers = resident(() => ({
  known: newBoundedCache<Known>(ISSUERS_REMEMBERED),
  underWay: new Map<string, Promise<Discovered>>(),
}))

/**
 * Where an issuer answers. Asked once a day; what it said last is kept while it cannot be asked, and whoever wants to know at the same time waits
 * for one answer. OpenID Connect Discovery 1.0 §4.
 */
export async function discover(deps: Deps, issuerUrl: string, rules: DiscoveryRules): Promise<Discovered> {
  const { known, underWay } = issuers(deps)
  const key = keyOf(issuerUrl, rules)
  const last = known.find(key)
  if (last && deps.monotonic() < last.until) return last.outcome
  const asking = underWay.get(key) ?? askAgain(deps, issuerUrl, rules).finally(() => underWay.delete(key))
  underWay.set(key, asking)
  return await asking
}

const keyOf = (issuerUrl: string, { sameOrigin }: DiscoveryRules) => `${sameOrigin} ${issuerUrl}`

async function askAgain(deps: Deps, issuerUrl: string, rules: DiscoveryRules): Promise<Discovered> {
  const { known } = issuers(deps)
  const asked = await ask(deps, issuerUrl, rules)
  const key = keyOf(issuerUrl, rules)
  const last = known.find(key)?.outcome
  const outcome = asked.kind !== 'found' && last?.kind === 'found' ? last : asked
  const forMs = asked.kind === 'found' ? KEPT_MS : TRY_AGAIN_MS
  known.insert(key, { outcome, until: deps.monotonic() + forMs })
  return outcome
}

export interface DiscoveryRules {
  /** Whether every address must be on the issuer's own origin. */
  readonly sameOrigin: boolean
}

/** Ask an issuer where it answers, whatever it said before. */
export async function ask(deps: Deps, issuerUrl: string, rules: DiscoveryRules): Promise<Discovered> {
  const issuer = URL.parse(issuerUrl)
  if (!issuer) return { kind: 'unusable', problem: 'is no URL' }
  try {
    const insecure = { [oauth.allowInsecureRequests]: deps.config.allowPrivateHooks }
    const response = await oauth.discoveryRequest(issuer, { ...insecure, [oauth.customFetch]: carrier(deps) })
    const server = await oauth.processDiscoveryResponse(issuer, response)
    const problem = problemOf(server, issuerUrl, rules, deps.config.allowPrivateHooks)
    return problem ? { kind: 'unusable', problem } : { kind: 'found', server: readServer(server) }
  } catch (thrown) {
    if (thrown instanceof Unreachable) return { kind: 'unreachable', problem: `cannot be asked: ${thrown.message}` }
    return { kind: 'unusable', problem: 'has no usable discovery document at /.well-known/openid-configuration' }
  }
}

/** What is used of a discovery document: what else there is may be of any shape. */
const serverShape = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  userinfo_endpoint: z.string().optional(),
  authorization_response_iss_parameter_supported: z.boolean(),
  token_endpoint_auth_methods_supported: z.array(z.string()).catch([]),
})

/** Some servers write null for what they do not have, and texts for flags. */
function readServer(said: oauth.AuthorizationServer): ProviderServer {
  const present = Object.entries(said).filter(([, member]) => member !== null)
  const namesItself = flagOf(said.authorization_response_iss_parameter_supported) === true
  const document = { ...Object.fromEntries(present), authorization_response_iss_parameter_supported: namesItself }
  return serverShape.parse(document) as ProviderServer
}

function problemOf(
  server: oauth.AuthorizationServer,
  issuerUrl: string,
  { sameOrigin }: DiscoveryRules,
  allowHttp: boolean,
): string | undefined {
  if (server.issuer !== issuerUrl) return `calls itself ${server.issuer.slice(0, 200)}: configure exactly that`
  if (server.response_types_supported?.includes('code') === false) return 'does not support response_type=code'
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = server
  if (!authorization_endpoint || !token_endpoint || !jwks_uri) {
    return 'names no authorization_endpoint, token_endpoint or jwks_uri'
  }
  const addresses = [
    authorization_endpoint,
    token_endpoint,
    jwks_uri,
    ...(userinfo_endpoint ? [userinfo_endpoint] : []),
  ]
  const urls = addresses.map((one) => URL.parse(one))
  if (urls.some((url) => url?.protocol !== 'https:' && !(allowHttp && url?.protocol === 'http:'))) {
    return 'names an endpoint that is no https URL'
  }
  const { origin } = new URL(issuerUrl)
  return sameOrigin && urls.some((url) => url?.origin !== origin) ? 'names an endpoint on another origin' : undefined
}
