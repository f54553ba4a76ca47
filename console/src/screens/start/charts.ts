import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { ScreenPath } from '../../address.ts'
import type { StatisticsResponse, StatisticsSeries } from '../../api/operations.ts'

export type Metric = StatisticsResponse['metric']

export interface ChartPlan {
  readonly id: string
  /** What the plot answers. */
  readonly question: MessageDescriptor
  readonly metrics: readonly Metric[]
  /** Bars upon each other make a whole; lines are compared. */
  readonly kind: 'stacked' | 'lines'
  /** What a counted series belongs to in the plot; undefined: it is not shown. */
  readonly lineOf: (metric: Metric, labels: StatisticsSeries['labels']) => string | undefined
  /** The list behind it, where there is one. */
  readonly leadsTo?: { readonly to: ScreenPath; readonly label: MessageDescriptor }
}

export const CHARTS: readonly ChartPlan[] = [
  {
    id: 'log-ins',
    question: msg`Who gets in, and by which way?`,
    metrics: ['session_started'],
    kind: 'stacked',
    lineOf: (_, { way }) => way,
    leadsTo: { to: '/apps/$appID/users', label: msg`Users` },
  },
  {
    id: 'refused',
    question: msg`Who is kept out, and by which way?`,
    metrics: ['login_refused', 'password_login'],
    kind: 'stacked',
    lineOf: (metric, { way, outcome }) => (metric === 'login_refused' ? way : passwordOf(outcome)),
  },
  {
    id: 'codes',
    question: msg`Do messages leave, and are their codes entered?`,
    metrics: ['message', 'code'],
    kind: 'lines',
    lineOf: (_, { outcome }) => (outcome === 'wrong' ? undefined : outcome),
    leadsTo: { to: '/apps/$appID/messages', label: msg`Messages` },
  },
  {
    id: 'exchanges',
    question: msg`Do sessions of the old system come over?`,
    metrics: ['exchange'],
    kind: 'stacked',
    lineOf: (_, { outcome }) => outcome,
    leadsTo: { to: '/apps/$appID/migration', label: msg`Migration` },
  },
]

const passwordOf = (outcome: string | undefined): string | undefined =>
  outcome === 'right' ? undefined : outcome === 'unclear' ? 'password_unclear' : 'password'

/** What series are called, where their own name does not say it. */
export const NAMES: Readonly<Record<string, MessageDescriptor>> = {
  code: msg`code`,
  entered: msg`entered`,
  exchanged: msg`came over`,
  failed: msg`failed`,
  in_grace: msg`came over in grace`,
  fed: msg`provider that is gone`,
  grace: msg`old system, in grace`,
  legacy: msg`old system`,
  passkey: msg`passkey`,
  password: msg`password`,
  password_unclear: msg`password, not to be told`,
  others: msg`others`,
  provider: msg`provider`,
  refused: msg`refused`,
  saml: msg`company (SAML)`,
  sent: msg`sent`,
  unclear: msg`not to be told`,
  withheld: msg`withheld`,
}
