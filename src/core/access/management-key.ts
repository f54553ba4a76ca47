import { hashSecret } from '../../crypto/opaque-token.ts'
import { inRanges } from '../../platform/client-address.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { networkOf } from '../../platform/limits/network.ts'
import { type ApiKey, findApiKey, isExpired } from '../applications/api-keys.ts'
import { noteKeyUse } from '../applications/key-use.ts'
import { accessFailure, keyChallenge } from './failures.ts'
import { managedBy } from './managed.ts'
import { findOwnKey } from './own-key.ts'

export const WRONG_KEYS_PER_MINUTE = 60

/**
 * Wrong keys by network. A lost count is harmless: a key has 256 bits. A right key is never refused for the wrong ones before it, for many
 * may share an address, all of them behind a proxy that is not among the trusted ones.
 */
const wrongKeys = resident(() => inProcessLimit(60_000))

const BEARER = /^Bearer +(\S+)$/i

async function findKey(request: HttpRequest, deps: Deps): Promise<ApiKey | Refused> {
  const secret = BEARER.exec(String(request.headers.authorization ?? ''))?.[1]
  if (!secret) return new Refused(accessFailure.missing_api_token, keyChallenge.missing)
  const own = findOwnKey(deps, secret)
  if (own) return own
  const key = await findApiKey(deps.db, hashSecret(secret))
  if (key) return judge(key, request, deps)
  if (wrongKeys(deps).take(networkOf(request.ip), WRONG_KEYS_PER_MINUTE, deps.monotonic())) return invalid()
  return new Refused(accessFailure.rate_limited, { 'retry-after': '60' })
}

const invalid = (message?: string) => new Refused(accessFailure.invalid_api_token, keyChallenge.invalid, message)

/** Whoever has the key may know why it opens nothing. */
function judge(key: ApiKey, request: HttpRequest, deps: Deps): ApiKey | Refused {
  if (isExpired(key, deps.now())) return invalid('This management key has expired.')
  // The proxy may be where the key may be used from: that says nothing of a client whom it does not name.
  if (key.allowedNetworks && (request.unnamed || !inRanges(key.allowedNetworks)(request.ip)))
    return new Refused(accessFailure.address_not_allowed)
  noteKeyUse(deps, key)
  return key
}

/** The backend of an application, or the operator of the instance, by a key. */
export const { managementKey, managementKeyForUser, instanceKey } = managedBy({
  failures: [
    accessFailure.missing_api_token,
    accessFailure.invalid_api_token,
    accessFailure.insufficient_permissions,
    accessFailure.address_not_allowed,
    accessFailure.rate_limited,
  ],
  security: [{ managementKey: [] }],
  find: findKey,
  refusalOf(permission) {
    const challenge = `Bearer realm="Antiphon management", error="insufficient_scope", scope="${permission}"`
    const message = `This management key lacks the permission \`${permission}\`.`
    return new Refused(accessFailure.insufficient_permissions, { 'www-authenticate': challenge }, message)
  },
  ofApplication: () => invalid(),
})
