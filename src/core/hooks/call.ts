import { decodeJson } from '../../crypto/json.ts'
import { signBody } from '../../crypto/webhook-signature.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { fairQueue } from '../../platform/limits/fair-queue.ts'
import { pathOf } from '../../platform/limits/network.ts'
import type { OutboundOutcome, OutboundRequest } from '../../platform/safe-fetch.ts'
import { logSampled } from '../../platform/sampled-log.ts'
import type { Application } from '../applications/application.ts'
import { platformOf } from '../sessions/device.ts'
import { findSigningKey, type SigningKey } from '../signing-keys/keyring.ts'
import { breaker } from './breaker.ts'

export interface Hook {
  /** For metrics and limits. */
  readonly name: string
  readonly url: string
  readonly userAgent: string
}

export type HookOutcome =
  | { kind: 'answered'; json: unknown }
  /** It answered, but not with 2xx. */
  | { kind: 'refused'; status: number }
  /** It answered 2xx with something that is no JSON, or more than 64 KiB of it. */
  | { kind: 'undecodable' }
  /**
   * It could not be reached, did not answer in time, or is at an address that may not be called. `fault`: which, for who operates and who chose
   * the URL, never for a client.
   */
  | { kind: 'unreachable'; fault: string }
  /** Too many calls wait for the hook, or have waited for too long. */
  | { kind: 'busy' }

/** Client errors that speak of the moment and not of what was asked: RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4. */
const PASSING = [408, 425, 429]

/** Whether a status is the legacy system's own no. Anything else leaves it open whether what was asked about is good. */
export const isRefusal = (status: number): boolean => status >= 400 && status <= 499 && !PASSING.includes(status)

const TIMEOUT_MS = 5_000
const MAX_ANSWER_BYTES = 64 * 1024

const breakers = resident(() => breaker())

/**
 * A call under way is a socket of ours and work of theirs. Whoever asks for much waits for themselves: applications take turns, their hooks, and
 * the networks of a hook’s callers; an application has a quarter of all calls at most, a network a quarter of those to a hook.
 */
const calls = resident((deps: Deps) =>
  fairQueue({
    slots: 1_024,
    slotsOfShare: [256, 64, 32, 16],
    room: 2_048,
    patienceMs: 2_000,
    now: deps.monotonic,
    onTurn: (_waitedMs, isAdmitted) => isAdmitted || deps.metrics.sheds.inc({ queue: 'hooks' }),
  }),
)

/** What hooks are told of the client. */
export function signalsOf(request: HttpRequest) {
  return {
    user_agent: String(request.headers['user-agent'] ?? '').slice(0, 512),
    platform: platformOf(request),
    ip: request.ip,
  }
}

/** What a hook is asked. */
export interface HookQuestion<Known> {
  readonly payload: object
  /** For whom: networks take turns. */
  readonly ip: string
  /** What comes in the place of an answer, when nobody needs to be called. Asked again when the call's turn has come. */
  known?(): Known | undefined
}

/** Call an application's hook with a signed JSON body. Never inside a transaction. */
export async function callHook<Known = never>(
  deps: Deps,
  app: Application,
  hook: Hook,
  { payload, ip, known = () => undefined }: HookQuestion<Known>,
): Promise<HookOutcome | Known> {
  const early = known()
  if (early) return early
  const signing = await findSigningKey(deps, app.id, 'webhook', 'PS256')
  const key = `${app.id} ${hook.url}`
  const request = requestOf(hook, JSON.stringify(payload), signing)
  const called = await calls(deps).run(
    [app.id, hook.url, ...pathOf(ip)],
    async () => known() ?? (await callNow(deps, app.id, hook.name, key, request)),
  )
  return called.kind === 'done' ? called.value : { kind: 'busy' }
}

async function callNow(
  deps: Deps,
  appId: string,
  name: string,
  key: string,
  request: OutboundRequest,
): Promise<HookOutcome> {
  const gate = breakers(deps)
  if (!gate.mayCall(key, deps.monotonic())) {
    tellFault(deps, appId, name, { reason: 'not_tried' })
    return { kind: 'unreachable', fault: 'not_tried' }
  }
  const measure = deps.metrics.hooks.startTimer({ hook: name })
  let outcome: HookOutcome = { kind: 'unreachable', fault: 'broken' }
  try {
    const answer = await deps.fetch(request)
    outcome = outcomeOf(answer)
    tellFault(deps, appId, name, faultOf(answer, outcome))
    return outcome
  } finally {
    gate.note(key, !isDead(outcome), deps.monotonic())
    measure({ outcome: outcome.kind })
  }
}

/** What was wrong, for whoever reads the log: finer than what the application is told. Undefined for an answer, and for a plain no. */
function faultOf(answer: OutboundOutcome, outcome: HookOutcome): Fault | undefined {
  if (answer.kind === 'failed') return { reason: answer.reason, cause: answer.cause }
  if (outcome.kind === 'undecodable') return { reason: 'no_json' }
  const isPlainNo = outcome.kind !== 'refused' || [401, 403].includes(outcome.status)
  return isPlainNo ? undefined : { reason: `status_${outcome.status}` }
}

/** `cause`: of `network`. */
interface Fault {
  readonly reason: string
  readonly cause?: string | undefined
}

function tellFault(deps: Deps, app: string, hook: string, fault: Fault | undefined): void {
  if (fault) logSampled(deps, 'warn', [app, hook, fault.reason], { app, hook, ...fault }, 'a call to a hook failed')
}

/** Nobody is there, or only a gateway that says so. Any other answer, 500 too, may be owed to what one client sent, and must not close the way for all. */
const isDead = (outcome: HookOutcome) =>
  outcome.kind === 'unreachable' || (outcome.kind === 'refused' && [502, 503, 504].includes(outcome.status))

function requestOf(hook: Hook, body: string, { kid, key }: SigningKey): OutboundRequest {
  return {
    method: 'POST',
    url: hook.url,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': hook.userAgent,
      'x-webhook-signature': signBody(key, body),
      'x-webhook-signature-key-id': kid,
    },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    carriesTrace: true,
  }
}

function outcomeOf(answer: OutboundOutcome): HookOutcome {
  if (answer.kind === 'failed') {
    const { reason, cause } = answer
    return reason === 'too_large' ? { kind: 'undecodable' } : { kind: 'unreachable', fault: cause ?? reason }
  }
  if (answer.status < 200 || answer.status > 299) return { kind: 'refused', status: answer.status }
  const json = decodeJson(answer.body)
  return json === undefined ? { kind: 'undecodable' } : { kind: 'answered', json }
}
