import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { useRead } from '../../api/query.ts'
import { CountryName } from '../../parts/country-name.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { useSpan } from '../../parts/span.ts'
import { SpanField } from '../../parts/span-field.tsx'
import { type ByProvider, type ByRoute, byProvider, byRoute } from './arrival.ts'
import { Channel } from './channel.tsx'

const ROUTES: readonly Column<ByRoute>[] = [
  { id: 'channel', header: msg`Channel`, cell: ({ channel }) => <Channel channel={channel} /> },
  { id: 'country', header: msg`Country`, cell: ({ country }) => country && <CountryName code={country} /> },
  { id: 'sent', header: msg`Sent`, cell: ({ sent }) => <Count count={sent} /> },
  { id: 'failed', header: msg`Failed`, cell: ({ failed }) => <Count count={failed} /> },
  { id: 'withheld', header: msg`Withheld`, cell: ({ withheld }) => <Count count={withheld} /> },
  { id: 'entered', header: msg`Codes entered`, cell: ({ entered }) => <Count count={entered} /> },
  { id: 'share', header: msg`Entered of sent`, cell: ({ entered, sent }) => <Share part={entered} whole={sent} /> },
]

const PROVIDERS: readonly Column<ByProvider>[] = [
  { id: 'channel', header: msg`Channel`, cell: ({ channel }) => <Channel channel={channel} /> },
  { id: 'provider', header: msg`Provider`, cell: ({ provider }) => provider },
  { id: 'sent', header: msg`Sent`, cell: ({ sent }) => <Count count={sent} /> },
]

function Count({ count }: { count: number }) {
  const { i18n } = useLingui()
  return i18n.number(count)
}

function Share({ part, whole }: { part: number; whole: number }) {
  const { i18n } = useLingui()
  return whole === 0 ? '–' : i18n.number(part / whole, { style: 'percent' })
}

/** Whether codes arrive: what was sent beside what was entered. */
export function Summary() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { by, from, everyMs } = useSpan()
  const messages = useRead('getStatistics', { path, query: { metric: 'message', by, from } }, { everyMs })
  const codes = useRead('getStatistics', { path, query: { metric: 'code', by, from } }, { everyMs })
  const shared = {
    failure: messages.error ?? codes.error,
    isFetching: messages.isPlaceholderData || codes.isPlaceholderData,
    onRetry: () => Promise.all([messages.refetch(), codes.refetch()]),
    empty: <Nothing />,
  }
  const sent = messages.data?.series
  const routes = sent && codes.data ? byRoute(sent, codes.data.series) : undefined
  return (
    <div className="stack">
      <SpanField />
      <h2>
        <Trans>By channel and country</Trans>
      </h2>
      <DataTable
        label={t`By channel and country`}
        columns={ROUTES}
        rows={routes}
        idOf={({ channel, country }) => `${channel} ${country}`}
        {...shared}
      />
      <p className="quiet">
        <Trans>
          Where far fewer codes are entered than elsewhere, a route is broken, or somebody asks for messages that nobody
          wants.
        </Trans>
      </p>
      {routes && routes.length > 0 && (
        <>
          <h2>
            <Trans>By provider</Trans>
          </h2>
          <DataTable
            label={t`By provider`}
            columns={PROVIDERS}
            rows={sent && byProvider(sent)}
            idOf={({ channel, provider }) => `${channel} ${provider}`}
            {...shared}
          />
        </>
      )}
    </div>
  )
}

function Nothing() {
  return (
    <EmptyState title={<Trans>Nothing was sent within this time</Trans>}>
      <Trans>Choose a longer time.</Trans>
    </EmptyState>
  )
}
