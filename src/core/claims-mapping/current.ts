import type { Tx } from '../../platform/db.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import { changeApplication } from '../applications/change.ts'
import { type CompiledMapping, compileMapping } from './compile.ts'
import { findMapping } from './store.ts'

export interface CurrentMapping extends CompiledMapping {
  /** Whether `cc` has the claims, too. */
  readonly asProfile: boolean
}

/** By application as it is now: with every change of its mapping there is another one. */
const known = resident(() => new WeakMap<Application, Promise<CurrentMapping | undefined>>())

/** The claims mapping of an application; undefined when it has none. Asked of the database once for each version of the application. */
export function currentMapping(deps: Deps, app: Application): Promise<CurrentMapping | undefined> {
  const found = known(deps).get(app)
  if (found) return found
  const reading = load(deps, app.id)
  known(deps).set(app, reading)
  reading.catch(() => known(deps).delete(app))
  return reading
}

async function load(deps: Deps, appId: string): Promise<CurrentMapping | undefined> {
  const stored = await findMapping(deps.db, appId)
  return stored && { ...compileMapping(stored.mapping), asProfile: stored.asProfile }
}

/** Have every process read the mapping anew, a second after the commit at the latest. */
export const announceMapping = async (tx: Tx, deps: Deps, appId: string): Promise<void> => {
  await changeApplication(tx, deps, appId, () => ({}))
}
