import { unixSeconds } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { Application } from '../applications/application.ts'
import { type CurrentMapping, currentMapping } from '../claims-mapping/current.ts'
import { fitClaims } from '../claims-mapping/fit.ts'
import { type Facts, findFacts } from '../claims-mapping/store/facts.ts'
import type { GroupGrant } from '../groups/directory.ts'
import { findCountry } from './device.ts'
import type { SessionRow } from './tables.ts'

/** The session as far as mapped claims tell of it, with what its statement answered of its user. */
export type MappedSession = Pick<SessionRow, 'id' | 'user_id' | 'auth_time' | 'jkt'> & Partial<Facts>

export interface MappedClaims {
  readonly claims: Readonly<Record<string, unknown>>
  /** Whether `cc` has them, too. */
  readonly inProfile: boolean
  /** Names of those for which there was no room. */
  readonly tooLarge: readonly string[]
}

/** The claims that the application's mapping makes of a session now; undefined when it has none. */
export async function mapClaims(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  session: MappedSession,
  groups: readonly GroupGrant[],
): Promise<MappedClaims | undefined> {
  const mapping = await currentMapping(deps, app)
  if (!mapping) return undefined
  const facts = await factsOf(deps, app.id, session, mapping)
  const resolved = mapping.resolve({
    userId: session.user_id,
    sessionId: session.id,
    authTime: unixSeconds(session.auth_time),
    ip: request.ip,
    countryCode: findCountry(app, request),
    groups: groups.map(({ name }) => name),
    facts,
    profile: facts.profile === undefined ? {} : (JSON.parse(facts.profile) as Record<string, unknown>),
  })
  const inProfile = mapping.asProfile && session.jkt === ''
  return { ...fitClaims(resolved, inProfile ? 2 : 1), inProfile }
}

/** What a refresh has read already; what a login has not is read now. */
async function factsOf(
  deps: Deps,
  appId: string,
  session: MappedSession,
  { needs }: CurrentMapping,
): Promise<Partial<Facts>> {
  if (needs.every((fact) => session[fact] !== undefined)) return session
  return (await findFacts(deps.db, appId, session.user_id, needs)) ?? {}
}
