import { z } from 'zod'
import { chance } from '../../platform/chance.ts'
import type { Deps } from '../../platform/deps.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { trustedTime } from '../../platform/time/trusted.ts'
import { examine } from './examine.ts'
import { claimLook, type Due, findDomain, listDueDomains } from './store.ts'
import type { DomainRow } from './tables.ts'

const LOOK = 'domains/look'
const EVERY_SECONDS = 600
const DAY_MS = 86_400_000
/** How long somebody waits for a new domain, and is looked for as often as that. */
const FRESH_MS = 2 * DAY_MS
/** In one round; the next one takes the rest. */
const MOST_AT_ONCE = 500
/** After a name was proven, until its certificate is there. */
const AGAIN_MS = [15_000, 30_000, 60_000, 120_000, 240_000] as const

/** Have a name that was just proven looked at until it has a certificate. */
export const followIssue = (deps: Deps, row: DomainRow): Promise<void> => lookIn(deps, row, 0, false)

/** Have a name looked at because a proxy wants a certificate for it. */
export const lookAsAsked = (deps: Deps, row: Pick<DomainRow, 'app_id' | 'id'>): Promise<void> =>
  deps.transact((tx) => enqueue(tx, deps, row.app_id, LOOK, { domain_id: row.id, again: AGAIN_MS.length, asked: true }))

async function lookIn(deps: Deps, { app_id, id, status }: DomainRow, again: number, asked: boolean): Promise<void> {
  const delayMs = AGAIN_MS[again]
  if (status !== 'issuing' || delayMs === undefined) return
  const payload = { domain_id: id, again: again + 1, asked }
  await deps.transact((tx) => enqueue(tx, deps, app_id, LOOK, payload, delayMs))
}

const lookJob = job({
  kind: LOOK,
  payload: z.object({ domain_id: z.string(), again: z.number(), asked: z.boolean() }),
  async run({ domain_id, again, asked }, { appId }, deps) {
    const before = await findDomain(deps.db, appId, domain_id)
    if (!before) return
    const seen = await examine(deps, before, asked)
    if (seen.kind !== 'gone') await lookIn(deps, seen.row, again, asked)
  },
})

/** Every ten minutes, which are due: new ones that do not work yet each time, all others once a day. They are looked at one by one until the next round. */
const dueJob = job({
  kind: 'domains/due',
  payload: z.null(),
  everySeconds: EVERY_SECONDS,
  async run(_payload, _context, deps) {
    // By a clock that is wrong all of them would be due.
    if ((await trustedTime(deps).forDeletion()) === undefined) return
    const soon = { since: deps.now() - EVERY_SECONDS * 1000, now: deps.now() }
    const daily = { since: deps.now() - DAY_MS, now: deps.now() }
    const waiting = ['pending_dns', 'verifying', 'issuing'] as const
    const fresh = await listDueDomains(deps.db, waiting, soon, deps.now() - FRESH_MS, MOST_AT_ONCE)
    const old = await listDueDomains(deps.db, [...waiting, 'active'], daily, 0, MOST_AT_ONCE)
    for (const row of fresh) await look(deps, row, soon)
    for (const row of old) await look(deps, row, daily)
  },
})

async function look(deps: Deps, { app_id, id }: DomainRow, due: Due): Promise<void> {
  const payload = { domain_id: id, again: AGAIN_MS.length, asked: false }
  await deps.transact(async (tx) => {
    if (await claimLook(tx, app_id, id, due)) await enqueue(tx, deps, app_id, LOOK, payload, delayOf(deps))
  })
}

const delayOf = (deps: Deps): number => Math.floor(chance(deps) * EVERY_SECONDS * 1000)

export const domainJobs = [lookJob, dueJob]
