import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES, type Engine, startOn } from './antiphon/engine.ts'
import type { Manage } from './antiphon/management.ts'
import { seedSessions } from './antiphon/sessions.ts'
import { allowCodes, createUser } from './antiphon/ways-in.ts'
import {
  changeProfiles,
  createUsers,
  createWebhooks,
  deleteWebhooks,
  each,
  type Receivers,
  startReceivers,
} from './antiphon/webhooks.ts'
import { Generator } from './load/generator.ts'
import type { Offered } from './load/protocol.ts'
import { type CpuPlan, NOT_PINNED } from './machine/cpus.ts'
import { DATA, type Plan } from './measure.ts'
import { quantile } from './report/statistics.ts'
import { type Beside, type Speed, type WebhookRun, webhooksTable } from './report/webhooks.ts'

const CPUS = NOT_PINNED
const REFRESH = 'refresh'
const CODES = 'codes'
/** Of what refresh can do: waiting then comes from what is beside it. */
const SHARE = 0.3
const CODES_PER_SECOND = 5
const MANY = 100
const DELIVERIES = 500
/** Of events that all of a hundred webhooks want: fewer than a busy machine delivers. */
const EVENTS_FOR_MANY_PER_SECOND = 0.25
const POLL_MS = 50
const PROFILE = ['user.profile.updated']

type Bench = {
  readonly manage: Manage
  readonly receivers: Receivers
  readonly generator: Generator
  readonly pid: number
  readonly plan: Plan
  readonly userId: string
}

/** How many deliveries a second leave, what a refresh feels of them, and what everybody feels of one endpoint that hangs. */
export async function webhooks(plan: Plan): Promise<{ markdown: string; valid: boolean; cpus: CpuPlan }> {
  const runs: WebhookRun[] = []
  for (const engine of ENGINES) runs.push(await measureOn(engine, plan))
  const offered = runs.flatMap(({ refreshes, hanging }) => [
    ...refreshes.flatMap(({ pairs }) => pairs.flat()),
    ...hanging.codes.flat(),
  ])
  return {
    markdown: webhooksTable(runs, { seconds: plan.seconds, share: SHARE, codesPerSecond: CODES_PER_SECOND }),
    valid: offered.every(({ problems }) => problems.length === 0),
    cpus: CPUS,
  }
}

async function measureOn(engine: Engine, plan: Plan): Promise<WebhookRun> {
  mkdirSync(DATA, { recursive: true })
  const directory = mkdtempSync(join(DATA, 'webhooks-'))
  const generator = new Generator(CPUS.generator)
  const receivers = await startReceivers(CPUS.generator)
  try {
    const { server, host, manage, stop } = await startOn(engine, { cpus: CPUS, directory })
    try {
      const sessions = await seedSessions(server.address, host, plan.clients)
      await generator.open(REFRESH, server.address, { kind: 'refresh', host, sessions }, plan.clients)
      await allowCodes(manage, await generator.inbox(), 'open')
      await generator.open(CODES, server.address, { kind: 'otp-login', host }, plan.clients)
      const userId = await createUser(manage, 'profile@example.org')
      const bench: Bench = { manage, receivers, generator, pid: server.pid, plan, userId }
      const speeds = [await speed(bench, 1, 1), await speed(bench, MANY, 1), await speed(bench, 1, 100)]
      const rate = await rateOf(bench)
      const refreshes = [await beside(bench, 1, 20, rate), await beside(bench, MANY, EVENTS_FOR_MANY_PER_SECOND, rate)]
      return { engine, speeds, rate, refreshes, hanging: await besideHanging(bench) }
    } finally {
      await stop()
    }
  } finally {
    await receivers.stop()
    generator.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** How fast what waited leaves, from the moment that the endpoints take it. */
async function speed({ manage, receivers }: Bench, count: number, maxBatch: number): Promise<Speed> {
  const ids = await createWebhooks(manage, receivers, count, { events: ['user.created'], maxBatch })
  for (let n = 0; n < count; n++) await receivers.set(n, 'hold')
  await each(manage, ids, 'activate')
  const events = (DELIVERIES * maxBatch) / count / (maxBatch > 1 ? 10 : 1)
  await createUsers(manage, events)
  await untilHeld(manage)
  for (let n = 0; n < count; n++) await receivers.set(n, 'take')
  await receivers.counts()
  const begun = performance.now()
  await each(manage, ids, 'activate')
  let got = { deliveries: 0, events: 0 }
  while (got.events < events * count) {
    await pause(POLL_MS)
    const { deliveries, events: more } = await receivers.counts()
    got = { deliveries: got.deliveries + deliveries, events: got.events + more }
  }
  const seconds = (performance.now() - begun) / 1000
  await deleteWebhooks(manage, ids)
  return {
    webhooks: count,
    maxBatch,
    deliveriesPerSecond: got.deliveries / seconds,
    eventsPerSecond: got.events / seconds,
  }
}

/** Resolves when every endpoint was asked, and said that it takes nothing now. */
async function untilHeld(manage: Manage): Promise<void> {
  for (;;) {
    const { webhooks: all } = await manage('GET', '/webhooks')
    if ((all as { status: string }[]).every(({ status }) => status === 'failing')) return
    await pause(POLL_MS)
  }
}

async function rateOf({ generator, plan, pid }: Bench): Promise<number> {
  await generator.drive(REFRESH, plan.warmUpSeconds, pid)
  const saturated = await generator.drive(REFRESH, plan.seconds, pid)
  return Math.round((saturated.requestsPerSecond * SHARE) / 10) * 10
}

/** Refreshes beside changes of a profile, whose events go nowhere, and to webhooks. */
async function beside(bench: Bench, count: number, perSecond: number, rate: number): Promise<Beside> {
  const { manage, receivers, generator, plan, userId } = bench
  const ids = await createWebhooks(manage, receivers, count, { events: PROFILE, maxBatch: 100 })
  for (let n = 0; n < count; n++) await receivers.set(n, 'take')
  const offer = async () =>
    (await generator.offer([{ subject: REFRESH, ratePerSecond: rate }], plan.seconds))[0] as Offered
  const pairs: [Offered, Offered][] = []
  const stop = changeProfiles(manage, userId, perSecond)
  let deliveries = 0
  for (let round = 0; round < plan.rounds; round++) {
    const alone = await offer()
    await each(manage, ids, 'activate')
    await receivers.counts()
    const loaded = await offer()
    deliveries += (await receivers.counts()).deliveries
    await each(manage, ids, 'deactivate')
    pairs.push([alone, loaded])
  }
  await stop()
  await deleteWebhooks(manage, ids)
  return { webhooks: count, deliveriesPerSecond: deliveries / plan.rounds / plan.seconds, pairs }
}

/** Codes, and the ninety-nine, while one of a hundred endpoints takes its deliveries, and while it hangs. */
async function besideHanging({ manage, receivers, generator, plan, userId }: Bench): Promise<WebhookRun['hanging']> {
  const ids = await createWebhooks(manage, receivers, MANY, { events: PROFILE, maxBatch: 100 })
  for (let n = 0; n < MANY; n++) await receivers.set(n, 'take')
  await each(manage, ids, 'activate')
  const stop = changeProfiles(manage, userId, EVENTS_FOR_MANY_PER_SECOND)
  const offer = async () => {
    await receivers.counts()
    const offers = [{ subject: CODES, ratePerSecond: CODES_PER_SECOND }]
    const [codes] = await generator.offer(offers, plan.seconds)
    const { latenciesMs } = await receivers.counts()
    const sorted = latenciesMs.toSorted((a, b) => a - b)
    return { codes: codes as Offered, p99Ms: quantile(sorted, 0.99) }
  }
  await generator.offer([{ subject: CODES, ratePerSecond: CODES_PER_SECOND }], plan.warmUpSeconds)
  const rounds: [Awaited<ReturnType<typeof offer>>, Awaited<ReturnType<typeof offer>>][] = []
  for (let round = 0; round < plan.rounds; round++) {
    await receivers.set(0, 'take')
    await each(manage, ids.slice(0, 1), 'activate')
    const healthy = await offer()
    await receivers.set(0, 'hang')
    await each(manage, ids.slice(0, 1), 'activate')
    rounds.push([healthy, await offer()])
  }
  await stop()
  await deleteWebhooks(manage, ids)
  return {
    codes: rounds.map(([one, other]) => [one.codes, other.codes]),
    others: rounds.map(([one, other]) => [one.p99Ms, other.p99Ms]),
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
