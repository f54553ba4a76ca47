import { type BoundedCache, newBoundedCache } from '../../crypto/bounded-cache.ts'
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

/** What all groups of a session give together. */
export interface GroupGrants {
  readonly names: readonly string[]
  /** Each once. */
  readonly scopes: readonly string[]
  /** The same, space-separated. */
  readonly scope: string
}

export const NO_GRANTS: GroupGrants = { names: [], scopes: [], scope: '' }

/** Of one application. As many sets of groups are remembered: most people are in those of many others. */
const SETS_REMEMBERED = 1_000

interface Directory {
  readonly groups: Groups
  readonly sets: BoundedCache<GroupGrants>
}

/** By application as it is now: with every change of its groups there is another one. */
const known = resident(() => new WeakMap<Application, Promise<Directory>>())

/** What the groups with these ids, space-separated, give by the configuration of now. One that is gone gives nothing. */
export async function findGroupGrants(deps: Deps, app: Application, ids: string): Promise<GroupGrants> {
  if (ids === '') return NO_GRANTS
  const { groups, sets } = await read(deps, app)
  const found = sets.find(ids)
  if (found) return found
  const grants = joinGrants(ids.split(' ').flatMap((id) => groups.get(id) ?? []))
  sets.insert(ids, grants)
  return grants
}

export function joinGrants(grants: readonly GroupGrant[]): GroupGrants {
  const scopes = [...new Set(grants.flatMap((grant) => grant.scopes))]
  return { names: grants.map(({ name }) => name), scopes, scope: scopes.join(' ') }
}

function read(deps: Deps, app: Application): Promise<Directory> {
  const found = known(deps).get(app)
  if (found) return found
  const reading = load(deps, app.id)
  known(deps).set(app, reading)
  reading.catch(() => known(deps).delete(app))
  return reading
}

const load = async (deps: Deps, appId: string): Promise<Directory> => ({
  groups: grantsOf(await listGroups(deps.db, appId)),
  sets: newBoundedCache(SETS_REMEMBERED),
})

/** What groups give, by id. What a login or a step-up alone may grant is no group’s, whoever has written it there. */
export const grantsOf = (groups: readonly Group[]): Groups =>
  new Map(groups.map(({ id, name, scopes }) => [id, { name, scopes: scopes.filter((scope) => !isReserved(scope)) }]))
