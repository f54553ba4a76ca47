import type { Deps } from '../../platform/deps.ts'
import { type Access, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import type { Application } from '../applications/application.ts'
import { directory } from '../applications/directory.ts'
import { notFound } from './failures.ts'

/** The application a frontend request is addressed to, by its host. */
export async function applicationOf(request: HttpRequest, deps: Deps): Promise<Application | Refused> {
  const app = await directory(deps).findByHost(request.authority)
  if (!app) return new Refused(notFound)
  request.appId = app.id
  return app
}

/** Anybody. */
export const open: Access<{ app: Application }> = {
  name: 'open',
  failures: [],
  security: [],
  async resolve(request, _params, deps) {
    const app = await applicationOf(request, deps)
    return app instanceof Refused ? app : { app }
  },
}
