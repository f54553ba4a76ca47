import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { directory } from '../applications/directory.ts'
import { emit } from '../events/store.ts'
import { tellOperator } from '../webhooks/tell-operator.ts'
import { type Check, CLAIM_TAKEN, isServed, judgeDns, judgePorts, judgeProof, judgeSite, type Proof } from './checks.ts'
import { type ClaimOutcome, claimDomain, isHeld, releaseDomain } from './claim.ts'
import { type Decided, decideDomain, freeAt } from './decide.ts'
import { type DnsLook, lookAtDns, lookAtPorts } from './look.ts'
import { recordsOf } from './records.ts'
import { lookAtSite } from './site.ts'
import { findDomain, swapDomain } from './store.ts'
import type { DomainRow } from './tables.ts'
import { tlsNames } from './tls-names.ts'

/** `taken`: the records are right, and another application has the name. `gone`: deleted meanwhile. */
export type Examined = { kind: 'looked' | 'taken'; row: DomainRow } | { kind: 'gone' }

/**
 * Look at a domain as it stands in DNS now, let its application have it when that is proven, and keep what was seen. `asked`: a proxy of the operator wants a
 * certificate for it. Takes fifteen seconds at most.
 */
export async function examine(deps: Deps, before: DomainRow, asked: boolean): Promise<Examined> {
  const records = recordsOf(before, deps.config)
  const dns = await lookAtDns(deps, before.domain, records)
  const proof = judgeProof(dns, records)
  const claim = await claimIfProven(deps, before, proof)
  if (claim.kind === 'gone') return claim
  const held = claim.kind === 'held'
  const row = held ? claim.row : before
  const ports = held ? await examinePorts(deps, row, dns, asked) : UNSEEN
  const claimChecks = claim.kind === 'taken' ? [CLAIM_TAKEN] : []
  const site = judgeSite(await lookAtSite(row.domain, await pagesOf(deps, row)))
  const checks = [...judgeDns(dns, row.domain, records), ...claimChecks, ...site, ...ports.checks]
  const decided = decideDomain(row, { proof, held, served: ports.served }, deps.now())
  await settle(deps, row, { ...decided, certificate_ends_at: ports.certificateEndsAt }, checks)
  const after = await findDomain(deps.db, row.app_id, row.id)
  return after ? { kind: claim.kind === 'taken' ? 'taken' : 'looked', row: after } : { kind: 'gone' }
}

async function claimIfProven(
  deps: Deps,
  before: DomainRow,
  proof: Proof,
): Promise<ClaimOutcome | { kind: 'unproven' }> {
  // A name is kept for a while when its records are gone: they may be back tomorrow.
  if (proof !== 'proven') return isHeld(before) ? { kind: 'held', row: before } : { kind: 'unproven' }
  const claim = await claimDomain(deps, before)
  // The proxy asks as soon as it is dialled.
  if (claim.kind === 'held' && !isHeld(before)) await tlsNames(deps).load()
  return claim
}

const pagesOf = async (deps: Deps, { app_id }: DomainRow) => (await directory(deps).find(app_id))?.allowedOrigins ?? []

interface SeenPorts {
  readonly checks: readonly Check[]
  readonly served: boolean
  readonly certificateEndsAt: number | null
}

const UNSEEN: SeenPorts = { checks: [], served: false, certificateEndsAt: null }

async function examinePorts(deps: Deps, row: DomainRow, { addresses }: DnsLook, asked: boolean): Promise<SeenPorts> {
  const [address] = addresses.kind === 'records' ? addresses.records : []
  if (address === undefined) return UNSEEN
  const ports = await lookAtPorts(deps, row.domain, address)
  return {
    checks: judgePorts(ports, row.domain, deps.now(), asked),
    served: isServed(ports, asked),
    certificateEndsAt: ports.certificate.kind === 'none' ? null : ports.certificate.endsAt,
  }
}

/** Nothing is kept when somebody else has looked meanwhile. */
async function settle(
  deps: Deps,
  row: DomainRow,
  { news, ...change }: Decided & Pick<DomainRow, 'certificate_ends_at'>,
  checks: readonly Check[],
): Promise<void> {
  const now = deps.now()
  const kept = {
    ...change,
    checks: JSON.stringify(checks.map((one) => ({ ...one, at: now }))),
    looked_at: now,
    updated_at: change.status === row.status ? row.updated_at : now,
  }
  await deps.transact(async (tx) => {
    if (!(await swapDomain(tx, row, kept))) return
    if (!isHeld(kept)) await releaseDomain(tx, deps, row)
    await announce(tx, deps, { ...row, ...kept }, news, checks)
  })
}

async function announce(
  tx: Tx,
  deps: Deps,
  row: DomainRow,
  news: Decided['news'],
  checks: readonly Check[],
): Promise<void> {
  if (news === undefined) return
  const about = {
    domain_id: row.id,
    domain: row.domain,
    status: row.status,
    occurred_at: rfc3339(deps.now()),
  }
  if (news === 'active') return await emit(tx, deps, row.app_id, 'domain.active', about)
  const since = row.failing_since ?? deps.now()
  deps.log.warn({ app: row.app_id, domain: row.id, status: row.status }, 'a custom domain is not proven any more')
  const told = { ...about, reason: reasonOf(checks), failing_since: rfc3339(since), free_at: rfc3339(freeAt(since)) }
  await emit(tx, deps, row.app_id, 'domain.failed', told)
  await tellOperator(tx, deps, row.app_id, newsOf(row, told))
}

function reasonOf(checks: readonly Check[]): string {
  const wrong = checks.find(({ outcome }) => outcome === 'failed')
  return wrong ? `${wrong.name}: expected ${wrong.expected}, found ${wrong.found}` : ''
}

const newsOf = ({ domain, status }: DomainRow, told: { reason: string; failing_since: string; free_at: string }) =>
  status === 'failed'
    ? `Nothing has proven the domain ${domain} since ${told.failing_since}: it is given up, and answered no more.`
    : `Nothing has proven the domain ${domain} since ${told.failing_since} (${told.reason}). On ${told.free_at} it is given up.`
