import { z } from 'zod'
import { listApplications } from '../../core/applications/store.ts'
import { emit } from '../../core/events/store.ts'
import { readSamlConnection, refreshProblemOf } from '../../core/saml-connections/connection.ts'
import {
  claimRefresh,
  findSamlConnection,
  listSamlConnections,
  listStaleConnections,
  type Since,
  swapSamlConnection,
} from '../../core/saml-connections/store.ts'
import type { SamlConnectionRow } from '../../core/saml-connections/tables.ts'
import { chance } from '../../platform/chance.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { decideRefresh, type Refreshed } from './decide-refresh.ts'
import { type FetchedIdp, fetchIdp } from './idp-source.ts'
import { SOON_MS } from './warnings.ts'

const EVERY_MS = 6 * 3_600_000
const SOONEST_MS = 5 * 60_000
const LOOK_EVERY_SECONDS = 600
/** In one look; the next one takes the rest. */
const MOST_AT_ONCE = 500

const REFRESH = 'saml-connections/refresh'

/**
 * Have the metadata of a connection read, for somebody's signature does not hold. Returns at once; nothing happens when it was read less than five minutes ago, or
 * there is none.
 */
export async function refreshSoon(deps: Deps, appId: string, connectionId: string): Promise<void> {
  const row = await findSamlConnection(deps.db, appId, connectionId)
  // Whoever sends junk has us read a row, and not write one.
  if (!row || row.metadata_url === '' || Math.abs(deps.now() - (row.refresh_tried_at ?? 0)) < SOONEST_MS) return
  await claim(deps, { app_id: appId, id: connectionId }, SOONEST_MS, 0)
}

/** Whoever of several comes first has it read, `delayMs` later. */
async function claim(
  deps: Deps,
  { app_id, id }: Pick<SamlConnectionRow, 'app_id' | 'id'>,
  everyMs: number,
  delayMs: number,
): Promise<void> {
  const since = sinceOf(deps, everyMs)
  await deps.transact(async (tx) => {
    if (await claimRefresh(tx, app_id, id, since))
      await enqueue(tx, deps, app_id, REFRESH, { connection_id: id }, delayMs)
  })
}

const sinceOf = ({ now }: Deps, everyMs: number): Since => ({ since: now() - everyMs, now: now() })

/** Looks every ten minutes whose metadata is six hours old. They are asked one by one over the next ten. */
const lookJob = job({
  kind: 'saml-connections/look',
  payload: z.null(),
  everySeconds: LOOK_EVERY_SECONDS,
  async run(_payload, _context, deps) {
    const rows = await listStaleConnections(deps.db, sinceOf(deps, EVERY_MS), MOST_AT_ONCE)
    for (const row of rows) await claim(deps, row, EVERY_MS, delayOf(deps))
  },
})

const delayOf = (deps: Deps): number => Math.floor(chance(deps) * LOOK_EVERY_SECONDS * 1000)

const refreshJob = job({
  kind: REFRESH,
  payload: z.object({ connection_id: z.string() }),
  run: ({ connection_id }, { appId }, deps) => refresh(deps, appId, connection_id),
})

async function refresh(deps: Deps, appId: string, id: string): Promise<void> {
  const before = await findSamlConnection(deps.db, appId, id)
  if (!before || before.metadata_url === '') return
  const found = await fetchIdp(deps, before.metadata_url)
  const known = { idp: readSamlConnection(before).idp, problem: refreshProblemOf(before) }
  const refreshed = decideRefresh(known, found, deps.now())
  const { idp, problem } = refreshed
  const after = {
    ...before,
    idp: JSON.stringify(idp),
    refresh_problem: problem,
    ...(problem === '' && { refreshed_at: deps.now() }),
  }
  await deps.transact(async (tx) => {
    // Whoever changes the connection meanwhile has read it themselves, or the next look does.
    if (await swapSamlConnection(tx, before, after)) await announce(tx, deps, before, refreshed, found)
  })
}

async function announce(
  tx: Tx,
  deps: Deps,
  row: SamlConnectionRow,
  { news, idp }: Refreshed,
  found: FetchedIdp,
): Promise<void> {
  if (news === undefined) return
  const about = aboutOf(deps, row)
  if (news === 'recovered') return await emit(tx, deps, row.app_id, 'saml.refresh_recovered', about)
  deps.log.warn({ app: row.app_id, connection: row.id, problem: news }, 'SAML metadata was not taken')
  if (found.kind === 'problem') {
    return await emit(tx, deps, row.app_id, 'saml.refresh_failed', { ...about, problem: news, reason: found.reason })
  }
  const payload = { ...about, entity_id: idp.entity_id, found_entity_id: found.idp.entityId }
  await emit(tx, deps, row.app_id, 'saml.entity_id_changed', payload)
}

const aboutOf = ({ now }: Deps, { id, provider }: SamlConnectionRow) => ({
  connection_id: id,
  provider_id: provider,
  occurred_at: rfc3339(now()),
})

/** Looks every hour which certificates end within thirty days, and says so once of each. */
const certificatesJob = job({
  kind: 'saml-connections/certificates',
  payload: z.null(),
  everySeconds: 3600,
  async run(_payload, _context, deps) {
    for (const { id } of await listApplications(deps.db)) {
      for (const row of await listSamlConnections(deps.db, id)) await tellEndings(deps, row)
    }
  },
})

async function tellEndings(deps: Deps, row: SamlConnectionRow): Promise<void> {
  const { idp } = readSamlConnection(row)
  const ending = idp.certificates.filter(
    (one) => !one.ending_told && one.gone_since === undefined && one.expires_at <= deps.now() + SOON_MS,
  )
  if (ending.length === 0) return
  const certificates = idp.certificates.map((one) => (ending.includes(one) ? { ...one, ending_told: true } : one))
  const after = { ...row, idp: JSON.stringify({ ...idp, certificates }) }
  await deps.transact(async (tx) => {
    if (!(await swapSamlConnection(tx, row, after))) return
    for (const { fingerprint, expires_at } of ending) {
      const payload = { ...aboutOf(deps, row), fingerprint, expires_at: rfc3339(expires_at) }
      await emit(tx, deps, row.app_id, 'saml.certificate_expiring', payload)
    }
  })
}

export const refreshJobs = [lookJob, refreshJob, certificatesJob]
