import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { type Application, callerOriginsOf } from '../applications/application.ts'

/**
 * Whether a call that rests on a cookie may have been made by a page of ours. Browsers say where a call comes from; a client that says
 * nothing is no browser, and nobody can make it call against its will.
 */
export function isOwnPage(request: HttpRequest, app: Application, deps: Deps): boolean {
  const { origin } = request.headers
  if (origin !== undefined) return callerOriginsOf(app, deps.config, request.authority).includes(String(origin))
  return request.headers['sec-fetch-site'] !== 'cross-site'
}
