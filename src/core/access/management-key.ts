import { hashSecret } from '../../crypto/opaque-token.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { type Access, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { networkOf } from '../../platform/limits/network.ts'
import type { Application } from '../applications/application.ts'
import { directory } from '../applications/directory.ts'
import { findApiKey } from '../applications/store.ts'
import { findUserIdByInternalId } from '../users/store.ts'
import { accessFailure, notFound } from './failures.ts'

const WRONG_KEYS_PER_MINUTE = 60

/**
 * Wrong keys by network. A lost count is harmless: a key has 256 bits. A right key is never refused for the wrong ones before it, for many
 * may share an address, all of them behind a proxy that is not among the trusted ones.
 */
const wrongKeys = resident(() => inProcessLimit(60_000))

const BEARER = /^Bearer +(\S+)$/i
const failures = [accessFailure.missing_api_token, accessFailure.invalid_api_token, accessFailure.rate_limited]
const security = [{ managementKey: [] }]

async function findKey(request: HttpRequest, deps: Deps): Promise<{ appId: string } | Refused> {
  const key = BEARER.exec(String(request.headers.authorization ?? ''))?.[1]
  if (!key) return new Refused(accessFailure.missing_api_token)
  const found = await findApiKey(deps.db, hashSecret(key))
  if (found) return { appId: found.app_id }
  if (wrongKeys(deps).take(networkOf(request.ip), WRONG_KEYS_PER_MINUTE, deps.monotonic()))
    return new Refused(accessFailure.invalid_api_token)
  return new Refused(accessFailure.rate_limited, { 'retry-after': '60' })
}

/** The backend of the application in the path: with a key of that application, or with an instance key. Any other application is not there. */
export const managementKey: Access<{ app: Application; byOperator: boolean }> = {
  name: 'managementKey',
  failures: [...failures, notFound],
  security,
  async resolve(request, params, deps) {
    const key = await findKey(request, deps)
    if (key instanceof Refused) return key
    const appId = params.appID ?? ''
    if (key.appId !== '' && key.appId !== appId) return new Refused(notFound)
    const app = await directory(deps).find(appId)
    return app ? { app, byOperator: key.appId === '' } : new Refused(notFound)
  },
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The same for a user in the path, named by its id or by the UUID that its maker chose. Whether there is one is for the endpoint to find out. */
export const managementKeyForUser: Access<{ app: Application; byOperator: boolean; userId: string }> = {
  ...managementKey,
  async resolve(request, params, deps) {
    const grant = await managementKey.resolve(request, params, deps)
    if (grant instanceof Refused) return grant
    const given = params.userID ?? ''
    const named = UUID.test(given) ? await findUserIdByInternalId(deps.db, grant.app.id, given.toLowerCase()) : given
    return { ...grant, userId: named ?? given }
  },
}

/** The operator of the whole instance. */
export const instanceKey: Access = {
  name: 'instanceKey',
  failures,
  security,
  async resolve(request, _params, deps) {
    const key = await findKey(request, deps)
    if (key instanceof Refused) return key
    return key.appId === '' ? {} : new Refused(accessFailure.invalid_api_token)
  },
}
