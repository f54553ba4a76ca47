import { pause } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import { isTrouble } from '../../platform/db-fault.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Lane, Lanes } from '../../platform/jobs/lanes.ts'
import { logSampled } from '../../platform/sampled-log.ts'
import { trustedTime } from '../../platform/time/trusted.ts'
import { inSpanOfCause } from '../../platform/traces/cause.ts'
import { ageWatch } from './age.ts'
import { freezeNext } from './freeze.ts'
import { type Answered, letterOf, send } from './send.ts'
import { type Goes, noteTry, type Run, settle, strike } from './settle.ts'
import { sharedWrites } from './shared-writes.ts'
import { findOpen } from './store/deliveries.ts'
import { findDueLanes, holdLane, LEASE_MS, leaseLane, updateLane } from './store/lanes.ts'
import { findWebhook } from './store/webhooks.ts'
import type { DeliveryRow, LaneRow, WebhookRow } from './tables.ts'
import { optionsOf } from './webhook.ts'

/** So that whoever stops the process does not wait long, and every lane has its turn. */
const SLICE_MS = 2_000

/** A delivery to send, under a lease that lasts as long. */
interface Step {
  readonly webhook: WebhookRow
  readonly delivery: DeliveryRow
  readonly leasedUntil: number
}

const timeOf = (deps: Deps) => trustedTime(deps).now()

/** One serial lane a webhook: freeze what waits, send it, note what came of it; again until there is nothing left, or its slice is over. */
export const webhookLanes: Lanes = {
  async find(deps, limit) {
    await ageWatch(deps)()
    const found = await findDueLanes(deps.db, timeOf(deps), limit)
    return found.map(({ app_id, webhook_id, failing_since }) => ({
      appId: app_id,
      id: webhook_id,
      failing: failing_since !== null,
    }))
  },
  async run(deps, lane) {
    const until = deps.monotonic() + SLICE_MS
    let run: Run = { passOver: [], failures: 0 }
    let step = await sharedWrites(deps)((tx) => begin(tx, deps, lane))
    while (step) {
      const sent = step
      const answered = await deliver(deps, sent)
      const isOver = deps.monotonic() >= until
      const next = await throughTrouble(() =>
        sharedWrites(deps)((tx) => goOn(tx, deps, sent, { answered, run, isOver })),
      )
      tellOfTry(deps, sent, answered)
      step = next.step
      run = next.run
    }
  },
}

/** Send it as a part of the trace that its events come from. */
const deliver = (deps: Deps, { webhook, delivery }: Step): Promise<Answered> =>
  inSpanOfCause(deps, delivery.trace, spanOf(delivery), async (fail) => {
    const answered = await send(deps, webhook, letterOf(delivery, deps.now()))
    if (answered.tried.kind !== 'taken') fail(answered.tried.kind)
    return answered
  })

const spanOf = ({ app_id, webhook_id, id, size }: DeliveryRow) => ({
  name: 'webhook delivery',
  attributes: {
    'antiphon.app': app_id,
    'antiphon.webhook': webhook_id,
    'antiphon.delivery': id,
    'antiphon.events': size,
  },
})

/** Count a try, and say in the log why it was not taken. */
function tellOfTry(deps: Deps, { webhook, delivery }: Step, { tried, status, reason }: Answered): void {
  deps.metrics.webhooks.inc({ outcome: tried.kind })
  if (tried.kind === 'taken') return
  const { app_id: app, id: webhook_id } = webhook
  const members = { app, webhook_id, delivery_id: delivery.id, status, reason }
  logSampled(deps, 'warn', [webhook_id, String(reason)], members, 'a webhook did not take a delivery')
}

const ATTEMPTS = 16
const AGAIN_AFTER_MS = 500

/** What was answered is noted though the database restarts meanwhile: as long as the lease lasts, it need not be sent again. */
async function throughTrouble<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || !isTrouble(error)) throw error
    }
    await pause(AGAIN_AFTER_MS)
  }
}

async function begin(tx: Tx, deps: Deps, { appId, id }: Lane): Promise<Step | undefined> {
  const lane = await leaseLane(tx, appId, id, timeOf(deps))
  return lane && (await nextStep(tx, deps, lane, []))
}

/** The next delivery under a new lease; without one the lease is given back. */
async function nextStep(tx: Tx, deps: Deps, lane: LaneRow, except: readonly string[]): Promise<Step | undefined> {
  const { app_id, webhook_id } = lane
  const now = timeOf(deps)
  const webhook = await findWebhook(tx, app_id, webhook_id)
  const delivery =
    webhook?.active === 1 && webhook.kind === 'push' ? await nextDelivery(tx, deps, lane, webhook, except) : undefined
  if (!webhook || !delivery) {
    await release(tx, lane, now)
    return undefined
  }
  const leasedUntil = now + LEASE_MS
  await updateLane(tx, app_id, webhook_id, { leased_until: leasedUntil })
  return { webhook, delivery, leasedUntil }
}

async function nextDelivery(
  tx: Tx,
  deps: Deps,
  lane: LaneRow,
  webhook: WebhookRow,
  except: readonly string[],
): Promise<DeliveryRow | undefined> {
  const open = await findOpen(tx, lane.app_id, lane.webhook_id, { now: timeOf(deps), except })
  return open ?? (await freezeNext(tx, deps, lane, optionsOf(webhook).max_batch))?.delivery
}

const release = (tx: Tx, { app_id, webhook_id }: LaneRow, now: number) =>
  updateLane(tx, app_id, webhook_id, { leased_until: null, ran_at: now })

/** Note what came of a delivery, and take the next. Nothing when the lease was lost meanwhile: whoever has it sends it again. */
async function goOn(
  tx: Tx,
  deps: Deps,
  { webhook, delivery, leasedUntil }: Step,
  { answered, run, isOver }: { answered: Answered; run: Run; isOver: boolean },
): Promise<{ step: Step | undefined; run: Run }> {
  const lane = await holdLane(tx, webhook.app_id, webhook.id)
  if (lane?.leased_until !== leasedUntil) return { step: undefined, run }
  await noteTry(tx, delivery, answered)
  const goes = await settle(tx, deps, { webhook, lane, delivery }, answered, run)
  const ran = afterwards(run, goes)
  if (goes.kind === 'ends' || (isOver && goes.kind === 'on')) {
    await release(tx, lane, timeOf(deps))
    return { step: undefined, run: ran }
  }
  const step = await nextStep(tx, deps, lane, ran.passOver)
  if (!step && goes.kind === 'probes') await strike(tx, deps, lane)
  return { step, run: ran }
}

function afterwards({ passOver, failures }: Run, goes: Goes): Run {
  if (goes.kind === 'ends') return { passOver, failures }
  return {
    passOver: goes.passOver === undefined ? passOver : [...passOver, goes.passOver],
    failures: goes.kind === 'probes' ? failures + 1 : goes.taken ? 0 : failures,
  }
}
