import { pause } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { newEcho } from '../../platform/echo.ts'
import type { Application } from '../applications/application.ts'
import type { Rendered } from './adapter.ts'
import { chainOf, configFor, sendBy } from './provider.ts'

const MAX_REASON_CHARS = 500

export type Delivery =
  /** `reason`: why earlier providers did not take it. */
  | { kind: 'sent'; provider: string; providerId: string; reason: string | null }
  /** Nobody will ever take it. */
  | { kind: 'refused'; reason: string }
  /** Nobody took it now. */
  | { kind: 'failed'; reason: string }

/** Try the providers in their order. A recipient that one of them refuses for good is not carried to the next. */
export async function deliver(deps: Deps, app: Application, message: Rendered): Promise<Delivery> {
  const reasons: string[] = []
  let hope = false
  const begun = deps.monotonic()
  for (const provider of await chainOf(deps, app, message.channel)) {
    const outcome = await sendBy(deps, app, provider, message)
    if (outcome.kind === 'sent') tookMs.note(deps, nameOf(app, message), deps.monotonic() - begun)
    const { kind } = provider
    deps.metrics.messages.inc({ channel: message.channel, provider: kind, outcome: outcome.kind })
    if (outcome.kind === 'sent') return { kind: 'sent', provider: kind, providerId: provider.id, reason: told(reasons) }
    reasons.push(`${kind}: ${outcome.reason}`)
    if (outcome.kind === 'refused') return { kind: 'refused', reason: told(reasons) ?? '' }
    if (outcome.kind === 'failed') hope = true
  }
  if (reasons.length === 0)
    deps.metrics.messages.inc({ channel: message.channel, provider: 'none', outcome: 'refused' })
  const reason = told(reasons) ?? `no provider is configured for ${message.channel}`
  return { kind: hope ? 'failed' : 'refused', reason }
}

/** How long it took until a provider had a message. */
const tookMs = newEcho<number>()
const nameOf = (app: Application, { channel }: Rendered) => `${app.id} ${channel}`

/**
 * What `deliver` does but for what reaches a provider, in whose place as much time passes: whoever watches how busy the server is shall not see
 * that a message was not meant to arrive.
 */
export async function withhold(deps: Deps, app: Application, message: Rendered): Promise<void> {
  const [first] = await chainOf(deps, app, message.channel)
  if (first) configFor(deps, app, first)
  await pause(tookMs.draw(deps, nameOf(app, message)) ?? 0)
}

const told = (reasons: readonly string[]) => reasons.join('; ').slice(0, MAX_REASON_CHARS) || null
