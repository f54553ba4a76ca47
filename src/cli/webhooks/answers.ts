import type { Variables } from '../../platform/config.ts'
import { answered, columns, type Outcome } from '../outcome.ts'
import { answerOf, type ServerFlags, withServer } from './server.ts'

interface Webhook {
  readonly id: string
  readonly kind: string
  readonly url?: string
  readonly status: string
  readonly failing_since?: string
}

/** `antiphon webhooks list` */
export const listWebhooks = (variables: Variables, flags: ServerFlags): Promise<Outcome> =>
  withServer(variables, flags, async ({ call }) => {
    const answer = await answerOf<{ webhooks: readonly Webhook[] }>(call('GET', '/webhooks'))
    if (answer.kind === 'refused') return answer
    const { webhooks } = answer.body
    const lines = webhooks.map(({ id, status, failing_since = '', url = 'pulled' }) => [id, status, failing_since, url])
    return answered(webhooks, columns([['ID', 'STATUS', 'FAILING SINCE', 'URL'], ...lines], 'There is no webhook.'))
  })

interface Trial {
  readonly delivered: boolean
  readonly try: {
    readonly http_code?: number
    readonly duration_ms: number
    readonly reason?: string
    readonly answer: string
  }
}

/** `antiphon webhooks test`: exits with 1 when the sample was not taken. */
export const testWebhook = (
  variables: Variables,
  id: string,
  flags: ServerFlags & { event: string },
): Promise<Outcome> =>
  withServer(variables, flags, async ({ call }) => {
    const answer = await answerOf<Trial>(call('POST', `/webhooks/${id}/test`, { event: flags.event }))
    if (answer.kind === 'refused') return answer
    const { delivered, try: made } = answer.body
    const said = made.reason ?? `It answered ${made.http_code} after ${made.duration_ms} ms.`
    return answered(answer.body, [said, made.answer].filter(Boolean).join('\n'), !delivered)
  })

export type ReplayFlags = ServerFlags & { readonly since: string; readonly until?: string; readonly all?: boolean }

/** `antiphon webhooks replay` */
export const replayWebhook = (variables: Variables, id: string, flags: ReplayFlags): Promise<Outcome> =>
  withServer(variables, flags, async ({ call }) => {
    const { since, until, all = false } = flags
    const body = { since, ...(until !== undefined && { until }), only_failed: !all }
    const answer = await answerOf<{ count: number }>(call('POST', `/webhooks/${id}/replay`, body))
    if (answer.kind === 'refused') return answer
    return answered(answer.body, `${answer.body.count} events are sent again.`)
  })
