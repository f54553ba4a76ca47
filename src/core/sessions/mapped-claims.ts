import { unixSeconds } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { Application } from '../applications/application.ts'
import { type CurrentMapping, currentMapping } from '../claims-mapping/current.ts'
import { NO_FACTS, readFacts } from '../claims-mapping/facts.ts'
import { fitClaims } from '../claims-mapping/fit.ts'
import { columnOf, type FactRow, findFacts } from '../claims-mapping/store/facts.ts'
import type { GroupGrants } from '../groups/directory.ts'
import { findCountry } from './device.ts'
import type { SessionRow } from './tables.ts'

/** The session as far as mapped claims tell of it, with what its statement answered of its user. */
export type MappedSession = Pick<SessionRow, 'id' | 'user_id' | 'auth_time' | 'jkt'> & Partial<FactRow>

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
  { names: groups }: GroupGrants,
): Promise<MappedClaims | undefined> {
  const mapping = await currentMapping(deps, app)
  if (!mapping) return undefined
  const row = hasFacts(session, mapping) ? session : await findFacts(deps.db, app.id, session.user_id, mapping.needs)
  const resolved = mapping.resolve({
    userId: session.user_id,
    sessionId: session.id,
    authTime: unixSeconds(session.auth_time),
    ip: request.ip,
    countryCode: findCountry(app, request),
    groups,
    facts: mapping.needs.length === 0 || !row ? NO_FACTS : readFacts(mapping.needs, row),
  })
  const inProfile = mapping.asProfile && session.jkt === ''
  return { ...fitClaims(resolved, inProfile ? 2 : 1), inProfile }
}

/** Whether a refresh has read what is asked for; a login has not. */
const hasFacts = (session: MappedSession, { needs }: CurrentMapping): boolean =>
  needs.every((fact) => session[columnOf(fact)] !== undefined)
