import type { Deps } from '../../platform/deps.ts'
import { type Access, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import type { Failure } from '../../platform/failure.ts'
import { idOfUuid } from '../../platform/ids.ts'
import type { Permission } from '../../platform/permissions.ts'
import type { ApiKey } from '../applications/api-keys.ts'
import type { Application } from '../applications/application.ts'
import { directory } from '../applications/directory.ts'
import { isAllowed } from '../applications/key-limits.ts'
import { findUserIdByInternalId } from '../users/store/ids.ts'
import { notFound } from './failures.ts'

type ByKey = { key: ApiKey }
type OfApplication = ByKey & { app: Application; byOperator: boolean }

/** Who manages, with a key or as if with one. */
export interface Managing {
  readonly failures: readonly Failure[]
  readonly security: Access['security']
  /** Who calls. `appId`: the application in the path; empty where there is none. */
  find(request: HttpRequest, deps: Deps, appId: string): Promise<ApiKey | Refused>
  /** Says to whoever lacks a permission that they do. RFC 6750 §3.1. */
  refusalOf(permission: Permission | undefined): Refused
  /** Says to whoever has a key of one application that this is for those of the instance. */
  ofApplication(): Refused
}

/** Who may call the operations of management. */
export function managedBy({ failures, security, find, refusalOf, ofApplication }: Managing) {
  // An operation that names no permission is for nobody.
  const judge = (key: ApiKey, permission: Permission | undefined): Refused | undefined =>
    permission !== undefined && isAllowed(key, permission) ? undefined : refusalOf(permission)

  /** Of the application in the path: with a key of that application, or with an instance key. Any other application is not there. */
  const managementKey: Access<OfApplication> = {
    name: 'managementKey',
    failures: [...failures, notFound],
    security,
    async resolve(request, params, deps, permission) {
      const appId = params.appID ?? ''
      const key = await find(request, deps, appId)
      if (key instanceof Refused) return key
      if (key.appId !== '' && key.appId !== appId) return new Refused(notFound)
      const app = await directory(deps).find(appId)
      if (!app) return new Refused(notFound)
      request.appId = app.id
      return judge(key, permission) ?? { app, byOperator: key.appId === '', key }
    },
  }

  /**
   * The same for a user in the path, named by its id, by the UUID that its maker chose, or by the one behind its id. Whether there is one is for
   * the endpoint to find out.
   */
  const managementKeyForUser: Access<OfApplication & { userId: string }> = {
    ...managementKey,
    async resolve(request, params, deps, permission) {
      const grant = await managementKey.resolve(request, params, deps, permission)
      if (grant instanceof Refused) return grant
      const given = params.userID ?? ''
      const userId = UUID.test(given) ? await findIdOf(deps, grant.app.id, given.toLowerCase()) : given
      return { ...grant, userId }
    },
  }

  /** Of the whole instance. */
  const instanceKey: Access<ByKey> = {
    name: 'instanceKey',
    failures,
    security,
    async resolve(request, params, deps, permission) {
      const key = await find(request, deps, params.appID ?? '')
      if (key instanceof Refused) return key
      return key.appId !== '' ? ofApplication() : (judge(key, permission) ?? { key })
    },
  }
  return { managementKey, managementKeyForUser, instanceKey }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Both are what the claims input `user_id` gives. */
const findIdOf = async (deps: Deps, appId: string, uuid: string): Promise<string> =>
  (await findUserIdByInternalId(deps.db, appId, uuid)) ?? idOfUuid('usr', uuid)
