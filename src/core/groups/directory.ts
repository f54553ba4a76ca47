import { type Deps, resident } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import { isReserved } from '../scopes/scope.ts'
import type { Group } from './group.ts'
import { listGroups } from './store.ts'

/** What a group gives to whoever has it on their session. */
export interface GroupGrant {
  readonly name: string
  readonly scopes: readonly string[]
}

type Groups = ReadonlyMap<string, GroupGrant>

/** By application as it is now: with every change of its groups there is another one. */
const known = resident(() => new WeakMap<Application, Promise<Groups>>())

/** What the groups with these ids, space-separated, give by the configuration of now. One that is gone gives nothing. */
export async function findGroupGrants(deps: Deps, app: Application, ids: string): Promise<GroupGrant[]> {
  if (ids === '') return []
  const groups = await read(deps, app)
  return ids.split(' ').flatMap((id) => groups.get(id) ?? [])
}

function read(deps: Deps, app: Application): Promise<Groups> {
  const found = known(deps).get(app)
  if (found) return found
  const reading = load(deps, app.id)
  known(deps).set(app, reading)
  reading.catch(() => known(deps).delete(app))
  return reading
}

const load = async (deps: Deps, appId: string): Promise<Groups> => grantsOf(await listGroups(deps.db, appId))

/** What groups give, by id. What a login or a step-up alone may grant is no group’s, whoever has written it there. */
export const grantsOf = (groups: readonly Group[]): Groups =>
  new Map(groups.map(({ id, name, scopes }) => [id, { name, scopes: scopes.filter((scope) => !isReserved(scope)) }]))
