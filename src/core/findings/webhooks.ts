import { type Finding, fault, hint, ok } from '../../platform/finding.ts'

export interface WebhookPatient {
  readonly id: string
  readonly url: string
  readonly active: boolean
  /** Why the server ended it; null when it did not. */
  readonly pausedReason: 'failing' | 'gone' | 'overfull' | null
  readonly failingSince: number | null
  /** Events set aside. */
  readonly stuck: number
}

const PAUSED = {
  failing: 'it took nothing for fourteen days',
  gone: 'its endpoint answered 410',
  overfull: 'more waits for it than it will ever take',
} as const

/** How the webhooks of an application are. */
export function judgeWebhooks(app: { readonly id: string }, webhooks: readonly WebhookPatient[]): Finding[] {
  return webhooks.flatMap((one) => {
    const topic = `application ${app.id}, webhook ${one.id}`
    return [judgeState(topic, one), ...judgeStuck(topic, one)]
  })
}

function judgeState(topic: string, { active, pausedReason, failingSince }: WebhookPatient): Finding {
  if (pausedReason !== null) {
    const mend = 'Look at its deliveries, mend the endpoint, and activate it: what waits is sent at once.'
    return fault(topic, `it is paused: ${PAUSED[pausedReason]}`, mend)
  }
  if (!active) return hint(topic, 'it is inactive, and gets nothing', 'Activate it, or delete it.')
  if (failingSince === null) return ok(topic, 'it takes what is sent to it')
  const since = new Date(failingSince).toISOString()
  return hint(topic, `it has taken nothing since ${since}`, 'Its deliveries say what its endpoint answers.')
}

const judgeStuck = (topic: string, { stuck }: WebhookPatient): Finding[] =>
  stuck === 0
    ? []
    : [
        hint(
          topic,
          `${stuck} of its events were set aside, for they were never taken`,
          'Mend the endpoint, and replay.',
        ),
      ]
