import { listApplications } from '../../core/applications/store.ts'
import { claimDatabase, findDatabaseKey } from '../../core/master-key/canary.ts'
import { listMissing } from '../../core/master-key/status.ts'
import { keyWatch } from '../../core/master-key/watch.ts'
import { rehearseRefresh } from '../../core/sessions/rehearse.ts'
import type { Process } from '../../main.ts'
import type { Deps } from '../../platform/deps.ts'
import { keySet } from '../../platform/key-set.ts'
import { countRows, tablesOf } from '../../platform/migrate.ts'
import { migrations, sealedColumns } from '../../server.ts'
import { findLacking, migrateDatabase } from '../process.ts'

/** What a copy of a database is worth. */
export interface Found {
  readonly usable: boolean
  /** Why it is not. */
  readonly fault: string | null
  /** How many migrations the copy lacked; they were applied to the copy. */
  readonly migrated: number
  readonly tables: number
  readonly rows: number
  readonly applications: number
  readonly users: number
  readonly sessions: number
  readonly opens: boolean
  /** Of how many applications a session was refreshed, and of how many none is alive. */
  readonly refreshed: number
  readonly without_session: number
}

const NOTHING: Found = {
  ...{ usable: false, fault: null, migrated: 0, tables: 0, rows: 0, applications: 0, users: 0, sessions: 0 },
  ...{ opens: false, refreshed: 0, without_session: 0 },
}

/** Bring a copy up to date, count what is in it, open what is sealed, and refresh a session of each application. It is nobody's but ours. */
export async function checkCopy(process: Process): Promise<Found> {
  const { deps } = process
  const { length } = await process.pendingMigrations()
  if (length === migrations.length) return { ...NOTHING, fault: 'it is no database of Antiphon' }
  const migrated = await migrateDatabase(process)
  if (migrated.kind !== 'migrated') {
    return { ...NOTHING, fault: migrated.kind === 'refused' ? migrated.reason : migrated.faults.join('; ') }
  }
  const counted = { ...NOTHING, migrated: length, ...(await count(deps)) }
  const lacking = await findLacking(deps)
  if (lacking.length > 0) return { ...counted, fault: lacking.join('; ') }
  if (!(await opens(deps))) return { ...counted, fault: await describeNeeded(deps) }
  return { ...counted, opens: true, ...(await refreshAll(deps)) }
}

async function count({ db }: Deps) {
  const names = [...tablesOf(migrations).keys()]
  const sizes = new Map<string, number>()
  for (const name of names) sizes.set(name, await countRows(db, name))
  const of = (name: string) => sizes.get(name) ?? 0
  return {
    tables: names.length,
    rows: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    applications: of('applications'),
    users: of('users'),
    sessions: of('sessions'),
  }
}

/** Which master keys a copy takes that are not given: the one that it is under, and those before, on which something still hangs. */
async function describeNeeded(deps: Deps): Promise<string> {
  const given = keySet(deps).current().all
  const [under, before] = [await findDatabaseKey(deps), await listMissing(deps, sealedColumns)]
  const ids = new Set([...(under ? [under.id] : []), ...before.map(({ id }) => id)])
  const needed = [...ids].filter((id) => given.every((key) => key.id !== id))
  const keys = needed.length === 1 ? 'the key' : 'the keys'
  return `the master key is not the one that it was made with${needed.length > 0 ? `: it takes ${keys} ${needed.join(' and ')}` : ''}`
}

/** Whether the canary and every signing key open. */
async function opens(deps: Deps): Promise<boolean> {
  if (!(await claimDatabase(deps))) return false
  const keys = keyWatch(deps)
  await keys.look()
  return keys.allOpen()
}

async function refreshAll(deps: Deps): Promise<Pick<Found, 'usable' | 'fault' | 'refreshed' | 'without_session'>> {
  const apps = await listApplications(deps.db)
  const outcomes: { id: string; outcome: Awaited<ReturnType<typeof rehearseRefresh>> }[] = []
  for (const app of apps) outcomes.push({ id: app.id, outcome: await rehearseRefresh(deps, app) })
  const ofKind = (kind: string) => outcomes.filter(({ outcome }) => outcome === kind)
  const refused = ofKind('refused').map(({ id }) => id)
  return {
    usable: refused.length === 0,
    fault: refused.length === 0 ? null : `a session cannot be refreshed in application ${refused.join(', ')}`,
    refreshed: ofKind('refreshed').length,
    without_session: ofKind('no_session').length,
  }
}

/** The same in words. */
export function describeFound(source: string, found: Found): string {
  const lines = [
    `${source}: ${found.fault ?? 'it can be served from'}`,
    ...(found.tables === 0
      ? []
      : [
          `Tables        ${found.tables}, with ${found.rows} rows${found.migrated > 0 ? `; ${found.migrated} migrations were missing, and applied to the copy` : ''}`,
          `Applications  ${found.applications}, users ${found.users}, sessions ${found.sessions}`,
          `Master key    ${found.opens ? 'opens it, and every signing key' : 'does not open it'}`,
          `Refreshed     a session in ${found.refreshed} of ${found.applications} applications; in ${found.without_session} none is alive`,
        ]),
  ]
  return lines.join('\n')
}
