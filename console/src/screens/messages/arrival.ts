import type { StatisticsSeries } from '../../api/operations.ts'

export interface ByRoute {
  readonly channel: string
  /** Empty: of an e-mail. */
  readonly country: string
  readonly sent: number
  readonly failed: number
  readonly withheld: number
  readonly entered: number
}

export interface ByProvider {
  readonly channel: string
  readonly provider: string
  readonly sent: number
}

const totalOf = (series: readonly StatisticsSeries[], outcome: string): number =>
  series.reduce((sum, { labels, total }) => (labels.outcome === outcome ? sum + total : sum), 0)

const routeOf = ({ labels: { channel = '', country = '' } }: StatisticsSeries): string => `${channel} ${country}`

/** What was sent, and what of it was entered, by channel and country; the most used first. */
export function byRoute(messages: readonly StatisticsSeries[], codes: readonly StatisticsSeries[]): ByRoute[] {
  const routes = Map.groupBy([...messages, ...codes], routeOf)
  return [...routes.values()]
    .map((same) => ({
      channel: same[0]?.labels.channel ?? '',
      country: same[0]?.labels.country ?? '',
      sent: totalOf(same, 'sent'),
      failed: totalOf(same, 'failed'),
      withheld: totalOf(same, 'withheld'),
      entered: totalOf(same, 'entered'),
    }))
    .toSorted((a, b) => b.sent - a.sent)
}

/** What each provider took; what failed has none. */
export function byProvider(messages: readonly StatisticsSeries[]): ByProvider[] {
  const taken = messages.filter(({ labels }) => labels.provider !== undefined)
  const providers = Map.groupBy(taken, ({ labels }) => `${labels.channel} ${labels.provider}`)
  return [...providers.values()]
    .map((same) => ({
      channel: same[0]?.labels.channel ?? '',
      provider: same[0]?.labels.provider ?? '',
      sent: totalOf(same, 'sent'),
    }))
    .toSorted((a, b) => b.sent - a.sent)
}
