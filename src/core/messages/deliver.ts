import type { Deps } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import type { Rendered } from './adapter.ts'
import { chainOf, sendBy } from './provider.ts'

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
  for (const provider of await chainOf(deps, app, message.channel)) {
    const outcome = await sendBy(deps, app, provider, message)
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

const told = (reasons: readonly string[]) => reasons.join('; ').slice(0, MAX_REASON_CHARS) || null
