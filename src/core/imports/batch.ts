import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { findAccounts } from '../legacy-users/accounts.ts'
import { type Changed, linkUser, type Mandate, updateKnown } from './change.ts'
import { type Claimed, findClaimed } from './claims.ts'
import { insertPeople, type NewRows, newRows } from './create.ts'
import { decideUpsert } from './decide.ts'
import { readDigests } from './digests.ts'
import { FIELDS } from './options.ts'
import { findKnown, findTaken, type KnownUser, noteSeen, provenOf } from './people.ts'
import type { Candidate, Prepared } from './prepare.ts'
import type { LineOutcome } from './tally.ts'

/** What has become of a line. */
export interface Outcome {
  readonly prepared: Prepared
  readonly outcome: LineOutcome
  readonly code?: string | undefined
  readonly field?: string | undefined
}

type Ready = Prepared & { readonly kind: 'candidate' }

/** What is to be done about the lines of a batch. */
export interface Plan {
  /** Lines about which nothing is to be done. */
  readonly settled: readonly Outcome[]
  /** Of settled lines, who was seen in the legacy system since. */
  readonly seen: readonly { readonly userId: string; readonly seenAt: number }[]
  /** New users, of whom nothing is known here. */
  readonly fresh: readonly { readonly line: Ready; readonly rows: NewRows }[]
  /** Lines that mean somebody who is here, or may; one by one. */
  readonly rest: readonly Ready[]
}

/**
 * Sort out the lines of a batch by what is here now. Nothing rests on it that the transaction does not find out again: whoever comes in between
 * makes an insertion fail.
 */
export async function planBatch(
  deps: Deps,
  mandate: Mandate,
  lines: readonly Prepared[],
  isDry: boolean,
): Promise<Plan> {
  const { appId, importId } = mandate
  const candidates = lines.flatMap((line) => (line.kind === 'candidate' ? [line.candidate] : []))
  const known = await findKnown(
    deps.db,
    appId,
    candidates.map(({ record }) => record.externalId),
  )
  const unknown = candidates.filter(({ record }) => !known.has(record.externalId))
  const taken = await findTaken(deps.db, appId, unknown)
  const place = { app_id: appId, import_id: importId }
  const claimed = isDry ? await findClaimed(deps.db, deps, place, candidates) : new Map<Candidate, Claimed>()
  const plan = {
    settled: [] as Outcome[],
    seen: seenSince(known, candidates),
    fresh: [] as { line: Ready; rows: NewRows }[],
    rest: [] as Ready[],
  }
  const seen = new Set<string>()
  for (const line of lines) {
    const settled = settle(line, known, claimed)
    if (settled || line.kind !== 'candidate') {
      if (settled) plan.settled.push(settled)
      continue
    }
    const names = [`= ${line.candidate.record.externalId}`, ...provenOf(line.candidate)]
    const isFresh =
      !known.has(line.candidate.record.externalId) && !names.some((name) => seen.has(name) || taken.has(name))
    for (const name of names) seen.add(name)
    if (isFresh) plan.fresh.push({ line, rows: newRows(deps, appId, importId, line.candidate) })
    else plan.rest.push(line)
  }
  return plan
}

/** What becomes of a line that changes nothing, as far as that is clear. */
function settle(
  line: Prepared,
  known: ReadonlyMap<string, KnownUser>,
  claimed: ReadonlyMap<Candidate, Claimed>,
): Outcome | undefined {
  if (line.kind !== 'candidate') return { prepared: line, outcome: line.kind, code: line.code, field: line.field }
  const { candidate } = line
  const earlier = claimed.get(candidate)
  if (earlier?.kind === 'conflict')
    return { prepared: line, outcome: 'conflict', code: earlier.code, field: earlier.field }
  if (earlier) return { prepared: line, outcome: earlier.kind }
  const user = known.get(candidate.record.externalId)
  if (user) return isApplied(user, candidate) ? { prepared: line, outcome: 'unchanged' } : undefined
  const { identifiers, federatedIdentities } = candidate.read.user
  if (identifiers.length > 0 || federatedIdentities.length > 0) return undefined
  return { prepared: line, outcome: 'refused', code: 'no_identifier', field: 'identifiers' }
}

/** Users whom the legacy system has seen later than it had at the last import. */
const seenSince = (known: ReadonlyMap<string, KnownUser>, candidates: readonly Candidate[]) =>
  candidates.flatMap(({ record, read: { lastSeenAt } }) => {
    const user = known.get(record.externalId)
    if (!user || user.applied === null || lastSeenAt === undefined) return []
    return lastSeenAt > (user.seenAt ?? Number.NEGATIVE_INFINITY) ? [{ userId: user.id, seenAt: lastSeenAt }] : []
  })

/** Whether an import has applied all that a record says. */
function isApplied({ applied }: KnownUser, { wanted, read }: Candidate): boolean {
  const before = applied === null ? undefined : readDigests(applied)
  return before !== undefined && FIELDS.every((field) => !read.given.has(field) || before[field] === wanted[field])
}

/** Do what was planned. Of `raced` nothing may be kept: somebody else changed the same people meanwhile. */
export async function execute(
  tx: Tx,
  deps: Deps,
  mandate: Mandate,
  { settled, seen, fresh, rest }: Plan,
): Promise<{ kind: 'done'; outcomes: Outcome[] } | { kind: 'raced' }> {
  const outcomes: Outcome[] = [...settled]
  const people = fresh.map(({ rows }) => rows)
  if (!(await insertPeople(tx, deps, mandate.appId, people))) return { kind: 'raced' }
  for (const { line } of fresh) outcomes.push({ prepared: line, outcome: 'created' })
  for (const line of rest) {
    const done = await upsert(tx, deps, mandate, line.candidate)
    if (done.kind === 'raced') return { kind: 'raced' }
    const { kind, ...why } = done
    outcomes.push({ prepared: line, outcome: kind, ...why })
  }
  for (const { userId, seenAt } of seen) await noteSeen(tx, mandate.appId, userId, seenAt)
  return { kind: 'done', outcomes }
}

/** Find, link or make the user of one record. */
async function upsert(
  tx: Tx,
  deps: Deps,
  mandate: Mandate,
  candidate: Candidate,
): Promise<Changed | { kind: 'created' }> {
  const { appId, importId, rule } = mandate
  const accounts = await findAccounts(tx, appId, candidate.read.user)
  const decided = decideUpsert(candidate.record, accounts, rule)
  switch (decided.kind) {
    case 'known':
      return await updateKnown(tx, deps, mandate, decided.userId, candidate)
    case 'link':
      return await linkUser(tx, deps, mandate, decided.userId, candidate)
    case 'create': {
      const rows = newRows(deps, appId, importId, candidate)
      return (await insertPeople(tx, deps, appId, [rows])) ? { kind: 'created' } : { kind: 'raced' }
    }
    case 'conflict':
      return { kind: 'conflict', code: decided.code, ...(decided.proof && { field: memberOf(decided.proof) }) }
  }
}

const memberOf = (proof: string) =>
  /^(email_address|phone_number) /.test(proof) ? 'identifiers' : 'federated_identities'
