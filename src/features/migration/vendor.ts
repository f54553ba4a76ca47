import type { Application } from '../../core/applications/application.ts'
import { breaker } from '../../core/hooks/breaker.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { fairQueue } from '../../platform/limits/fair-queue.ts'
import { pathOf } from '../../platform/limits/network.ts'
import type { OutboundOutcome } from '../../platform/safe-fetch.ts'
import { readVendorAnswer, requestOf, type TokenClient, type VendorAnswer } from './token-endpoint.ts'

const breakers = resident(() => breaker())

/** As hooks are called: applications take turns, and the networks of their callers. */
const calls = resident((deps: Deps) =>
  fairQueue({ slots: 256, slotsOfShare: [64, 32, 16], room: 1_024, patienceMs: 2_000, now: deps.monotonic }),
)

/** Have a vendor make new tokens of a refresh token, which may be used up by it. Never inside a transaction. */
export async function askVendor(
  deps: Deps,
  app: Application,
  client: TokenClient,
  token: string,
  ip: string,
): Promise<VendorAnswer> {
  const called = await calls(deps).run([app.id, ...pathOf(ip)], () => askNow(deps, app, client, token))
  return called.kind === 'done' ? called.value : { kind: 'doubt', cause: 'too many calls wait', isOdd: false }
}

async function askNow(deps: Deps, app: Application, client: TokenClient, token: string): Promise<VendorAnswer> {
  const gate = breakers(deps)
  const key = `${app.id} ${client.url}`
  if (!gate.mayCall(key, deps.monotonic()))
    return { kind: 'doubt', cause: 'was not reached a moment ago', isOdd: false }
  const measure = deps.metrics.hooks.startTimer({ hook: 'migration-refresh' })
  const answer = await deps.fetch(requestOf(client, token))
  gate.note(key, !isDead(answer), deps.monotonic())
  const read = readVendorAnswer(client.wire, answer)
  measure({ outcome: read.kind })
  return read
}

/** Nobody is there, or only a gateway that says so. */
const isDead = (answer: OutboundOutcome): boolean =>
  answer.kind === 'failed' ? answer.reason !== 'too_large' : [502, 503, 504].includes(answer.status)
