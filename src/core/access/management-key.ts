import { hashSecret } from '../../crypto/opaque-token.ts'
import { inRanges } from '../../platform/client-address.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { type Access, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { idOfUuid } from '../../platform/ids.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { networkOf } from '../../platform/limits/network.ts'
import type { Permission } from '../../platform/permissions.ts'
import { type ApiKey, findApiKey, isExpired } from '../applications/api-keys.ts'
import type { Application } from '../applications/application.ts'
import { directory } from '../applications/directory.ts'
import { isAllowed } from '../applications/key-limits.ts'
import { noteKeyUse } from '../applications/key-use.ts'
import { findUserIdByInternalId } from '../users/store/ids.ts'
import { accessFailure, keyChallenge, notFound } from './failures.ts'
import { findOwnKey } from './own-key.ts'

export const WRONG_KEYS_PER_MINUTE = 60

/**
 * Wrong keys by network. A lost count is harmless: a key has 256 bits. A right key is never refused for the wrong ones before it, for many
 * may share an address, all of them behind a proxy that is not among the trusted ones.
 */
const wrongKeys = resident(() => inProcessLimit(60_000))

const BEARER = /^Bearer +(\S+)$/i
const failures = [
  accessFailure.missing_api_token,
  accessFailure.invalid_api_token,
  accessFailure.insufficient_permissions,
  accessFailure.address_not_allowed,
  accessFailure.rate_limited,
]
const security = [{ managementKey: [] }]

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

/** Undefined when the key may do what needs the permission. An operation that names none is for no key. RFC 6750 §3.1. */
function refusalOf(key: ApiKey, permission: Permission | undefined): Refused | undefined {
  if (permission !== undefined && isAllowed(key, permission)) return undefined
  const challenge = `Bearer realm="Antiphon management", error="insufficient_scope", scope="${permission}"`
  const message = `This management key lacks the permission \`${permission}\`.`
  return new Refused(accessFailure.insufficient_permissions, { 'www-authenticate': challenge }, message)
}

/** The backend of the application in the path: with a key of that application, or with an instance key. Any other application is not there. */
export const managementKey: Access<{ app: Application; byOperator: boolean; key: ApiKey }> = {
  name: 'managementKey',
  failures: [...failures, notFound],
  security,
  async resolve(request, params, deps, permission) {
    const key = await findKey(request, deps)
    if (key instanceof Refused) return key
    const appId = params.appID ?? ''
    if (key.appId !== '' && key.appId !== appId) return new Refused(notFound)
    const app = await directory(deps).find(appId)
    if (!app) return new Refused(notFound)
    request.appId = app.id
    return refusalOf(key, permission) ?? { app, byOperator: key.appId === '', key }
  },
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The same for a user in the path, named by its id, by the UUID that its maker chose, or by the one behind its id. Whether there is one is for the endpoint to find out. */
export const managementKeyForUser: Access<{ app: Application; byOperator: boolean; key: ApiKey; userId: string }> = {
  ...managementKey,
  async resolve(request, params, deps, permission) {
    const grant = await managementKey.resolve(request, params, deps, permission)
    if (grant instanceof Refused) return grant
    const given = params.userID ?? ''
    const userId = UUID.test(given) ? await findIdOf(deps, grant.app.id, given.toLowerCase()) : given
    return { ...grant, userId }
  },
}

/** Both are what the claims input `user_id` gives. */
const findIdOf = async (deps: Deps, appId: string, uuid: string): Promise<string> =>
  (await findUserIdByInternalId(deps.db, appId, uuid)) ?? idOfUuid('usr', uuid)

/** The operator of the whole instance. */
export const instanceKey: Access<{ key: ApiKey }> = {
  name: 'instanceKey',
  failures,
  security,
  async resolve(request, _params, deps, permission) {
    const key = await findKey(request, deps)
    if (key instanceof Refused) return key
    if (key.appId !== '') return invalid()
    return refusalOf(key, permission) ?? { key }
  },
}
