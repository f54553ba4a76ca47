import { chance } from '../../platform/chance.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { trustedTime } from '../../platform/time/trusted.ts'
import { halve } from './freeze.ts'
import { tellFailing } from './notices.ts'
import { pause } from './pause.ts'
import { backoffMs, decideFate, isGivenUp, mayProbe, standsAlone, type TriedDelivery } from './retry.ts'
import type { Answered } from './send.ts'
import { hastenOpen, updateDelivery } from './store/deliveries.ts'
import { updateLane } from './store/lanes.ts'
import { countHour, countTry, insertTry } from './store/tries.ts'
import type { DeliveryRow, LaneRow, WebhookRow } from './tables.ts'

/** What is not tried again in this run. */
export interface Run {
  /** Ids of deliveries. */
  readonly passOver: readonly string[]
  /** Failures since something was taken. */
  readonly failures: number
}

/** A delivery that was sent, its webhook, and its lane, which the caller holds. */
export interface Sent {
  readonly webhook: WebhookRow
  readonly lane: LaneRow
  readonly delivery: DeliveryRow
}

/**
 * `on`: with the next, but not with the one to pass over. `probes`: another delivery is tried, to tell whether the endpoint is down; without one
 * this was a strike.
 */
export type Goes =
  | { readonly kind: 'ends' }
  | { readonly kind: 'on'; readonly taken: boolean; readonly passOver?: string }
  | { readonly kind: 'probes'; readonly passOver: string }

const timeOf = (deps: Deps) => trustedTime(deps).now()

/** Deliveries of an hour are counted by how long they took: up to so many ms. */
export const DURATIONS_MS = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 20_000] as const
const HOUR_MS = 3_600_000

/** Keep what a try was answered. */
export async function noteTry(tx: Tx, { app_id, id, webhook_id }: DeliveryRow, answered: Answered): Promise<void> {
  const { at, durationMs, status = null, reason, text } = answered
  const n = await countTry(tx, app_id, id, { last_http_code: status, last_duration_ms: durationMs })
  if (n === undefined) return
  const row = { app_id, delivery_id: id, n, at, duration_ms: durationMs }
  await insertTry(tx, { ...row, http_code: status, reason, answer: text })
  await countHour(tx, {
    app_id,
    webhook_id,
    hour: Math.floor(at / HOUR_MS) * HOUR_MS,
    outcome: answered.tried.kind === 'taken' ? 'sent' : 'failed',
    up_to_ms: DURATIONS_MS.find((ms) => durationMs <= ms) ?? 20_000,
  })
}

/** Draw the consequences of a try. */
export async function settle(tx: Tx, deps: Deps, sent: Sent, answered: Answered, run: Run): Promise<Goes> {
  const { app_id, webhook_id } = sent.lane
  const { tried, at, status = null } = answered
  await updateLane(tx, app_id, webhook_id, { last_http_code: status, last_http_code_at: at })
  if (tried.kind === 'taken') return await noteTaken(tx, deps, sent)
  if (tried.kind === 'gone') {
    await pause(tx, deps, sent.webhook, sent.lane, 'gone')
    return { kind: 'ends' }
  }
  if (tried.kind === 'failed') return await noteFailed(tx, deps, sent, run)
  if (await noteFailing(tx, deps, sent)) return { kind: 'ends' }
  await updateLane(tx, app_id, webhook_id, { due_at: timeOf(deps) + tried.waitMs })
  return { kind: 'ends' }
}

/** It takes something: what waits goes at once. */
async function noteTaken(tx: Tx, deps: Deps, { lane, delivery }: Sent): Promise<Goes> {
  const { app_id, webhook_id } = lane
  const now = timeOf(deps)
  await updateDelivery(tx, delivery, { status: 'delivered', done_at: deps.now() })
  const healthy = { strikes: 0, due_at: null, failing_since: null, notices: 0 }
  await updateLane(tx, app_id, webhook_id, { ...healthy, last_success_at: now })
  return { kind: 'on', taken: true }
}

/** Note that a webhook fails; true when it has for so long that it was paused. */
async function noteFailing(tx: Tx, deps: Deps, { webhook, lane }: Sent): Promise<boolean> {
  const now = timeOf(deps)
  const failing_since = lane.failing_since ?? now
  await updateLane(tx, lane.app_id, lane.webhook_id, { failing_since })
  if (!isGivenUp(failing_since, now)) {
    await tellFailing(tx, deps, webhook, { ...lane, failing_since }, now)
    return false
  }
  await pause(tx, deps, webhook, { ...lane, failing_since }, 'failing')
  return true
}

async function noteFailed(tx: Tx, deps: Deps, sent: Sent, run: Run): Promise<Goes> {
  const { lane, delivery } = sent
  const tried = await noteStrike(tx, deps, delivery)
  const health = { lastSuccessAt: lane.last_success_at }
  const fate = decideFate(tried, health)
  if (fate === 'stuck') await updateDelivery(tx, delivery, { status: 'stuck', done_at: deps.now() })
  if (standsAlone(tried, health)) return { kind: 'on', taken: false, passOver: delivery.id }
  if (await noteFailing(tx, deps, sent)) return { kind: 'ends' }
  const { strikes, firstFailedAt: first_failed_at } = tried
  const [first] = fate === 'halved' ? await halve(tx, deps, { ...delivery, strikes, first_failed_at }) : [delivery]
  if (mayProbe(tried) && run.failures === 0) return { kind: 'probes', passOver: first?.id ?? delivery.id }
  await strike(tx, deps, lane)
  return { kind: 'ends' }
}

/** Count a failure of a delivery. One event alone has times of its own, for while others pass nothing waits for it. */
async function noteStrike(tx: Tx, deps: Deps, delivery: DeliveryRow): Promise<TriedDelivery> {
  const now = timeOf(deps)
  const { size, first_failed_at } = delivery
  const strikes = delivery.strikes + 1
  const alone = size === 1 ? delivery.alone + 1 : delivery.alone
  const firstFailedAt = first_failed_at ?? now
  const due_at = size === 1 ? now + backoffMs(alone, chance(deps)) : 0
  await updateDelivery(tx, delivery, { strikes, alone, first_failed_at: firstFailedAt, due_at })
  return { size, strikes, alone, firstFailedAt }
}

/** The endpoint takes nothing now: everything waits for the same next try. */
export async function strike(tx: Tx, deps: Deps, { app_id, webhook_id, ...lane }: LaneRow): Promise<void> {
  const strikes = lane.strikes + 1
  await updateLane(tx, app_id, webhook_id, { strikes, due_at: timeOf(deps) + backoffMs(strikes, chance(deps)) })
  await hastenOpen(tx, app_id, webhook_id)
}
