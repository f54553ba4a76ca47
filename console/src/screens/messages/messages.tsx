import { useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { useParam, useSearchState } from '../../address.ts'
import { type Operation, permissionOf, type Request, requestOf } from '../../api/call.ts'
import { useSession } from '../../api/session.ts'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { useSpan } from '../../parts/span.ts'
import { Tabs } from '../../parts/tabs.tsx'
import { List } from './list.tsx'
import { Mailbox } from './mailbox.tsx'
import { Providers } from './providers.tsx'
import { questionIn } from './question.ts'
import { Summary } from './summary.tsx'
import { Templates } from './templates.tsx'
import './messages.css'

interface MessageTab {
  readonly id: string
  readonly label: string
  readonly content: () => ReactNode
  readonly operation: Operation
  readonly requests: readonly Request[]
}

/** Did the code arrive? What was sent, by whom, and with which words. */
export default function Messages() {
  const { t } = useLingui()
  const { search } = useSearchState()
  const { permissions } = useSession().operator
  const tabs = useTabs().filter(({ operation }) => permissions.includes(permissionOf(operation)))
  const shown = tabs.find(({ id }) => id === search.tab) ?? tabs[0]
  return (
    <div className="stack">
      <ScreenHead title={t`Messages`} requests={shown?.requests ?? []} />
      <Tabs label={t`What there is about messages`} tabs={tabs} />
    </div>
  )
}

function useTabs(): readonly MessageTab[] {
  const { t } = useLingui()
  const { search } = useSearchState()
  const path = { appID: useParam('appID') }
  const isDev = useSession().applications.some(({ id, mode }) => id === path.appID && mode === 'dev')
  const { by, from } = useSpan()
  const counted = (['message', 'code'] as const).map((metric) =>
    requestOf('getStatistics', { path, query: { metric, by, from } }),
  )
  const list = requestOf('listMessages', { path, query: questionIn(search) })
  const one = (
    id: string,
    label: string,
    operation: Operation,
    requests: readonly Request[],
    content: () => ReactNode,
  ) => ({ id, label, operation, requests, content })
  return [
    one('sent', t`Messages`, 'listMessages', [list], () => <List />),
    one('arrival', t`Arrival`, 'getStatistics', counted, () => <Summary />),
    one('providers', t`Providers`, 'listMessageProviders', [requestOf('listMessageProviders', { path })], () => (
      <Providers />
    )),
    one('texts', t`Texts`, 'listMessageTemplates', [requestOf('listMessageTemplates', { path })], () => <Templates />),
    ...(isDev
      ? [one('mailbox', t`Mailbox`, 'listMailbox', [requestOf('listMailbox', { path })], () => <Mailbox />)]
      : []),
  ]
}
