import { msg } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import type { WebhookDelivery } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { DeliveryStatus } from '../../parts/delivery-status.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ChoiceField, DateField, Filters, SearchField } from '../../parts/filters.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { Time } from '../../parts/time.tsx'
import { useWebhookPath } from './path.ts'
import { EVENT_TYPES, FILTERS, questionIn } from './question.ts'

const COLUMNS: readonly Column<WebhookDelivery>[] = [
  { id: 'id', header: msg`Id`, cell: ({ id }) => <DeliveryLink id={id} /> },
  { id: 'status', header: msg`Status`, cell: ({ status }) => <DeliveryStatus status={status} /> },
  { id: 'events', header: msg`Events`, cell: ({ events }) => <Events events={events} /> },
  { id: 'tries', header: msg`Tries`, cell: ({ tries }) => tries },
  { id: 'answer', header: msg`Last answer`, cell: ({ last_http_code }) => last_http_code ?? '–' },
  { id: 'created', header: msg`Made`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  {
    id: 'next',
    header: msg`Tried again`,
    cell: ({ next_try_at }) => (next_try_at ? <Time at={next_try_at} isInTable /> : '–'),
  },
]

function DeliveryLink({ id }: Pick<WebhookDelivery, 'id'>) {
  const { appID, webhookID } = useWebhookPath()
  return (
    <ScreenLink
      to="/apps/$appID/webhooks/$webhookID/deliveries/$deliveryID"
      params={{ appID, webhookID, deliveryID: id }}
      className="id"
    >
      {id}
    </ScreenLink>
  )
}

function Events({ events }: Pick<WebhookDelivery, 'events'>) {
  const [first, ...others] = events
  return (
    <>
      <code>{first?.type}</code>{' '}
      {others.length > 0 && (
        <span className="quiet">
          <Plural value={others.length} one="and # more" other="and # more" />
        </span>
      )}
    </>
  )
}

/** What was sent, and what is to be, the latest first. */
export function Deliveries() {
  const { t } = useLingui()
  const { search } = useSearchState()
  const { appID, webhookID } = useWebhookPath()
  const input = { path: { appID, webhookID }, query: questionIn(search) }
  const { data, error, isFetching, refetch } = useRead('listWebhookDeliveries', input)
  const isNarrowed = FILTERS.some((name) => search[name])
  return (
    <div className="stack">
      <Filters names={FILTERS}>
        <SearchField name="user_id" label={t`Id of a user`} />
        <ChoiceField
          name="status"
          label={t`Status`}
          all={t`any`}
          choices={{ pending: t`waiting`, delivered: t`taken`, halved: t`halved`, stuck: t`set aside` }}
        />
        <ChoiceField
          name="event"
          label={t`Event`}
          all={t`any`}
          choices={Object.fromEntries(EVENT_TYPES.map((type) => [type, type]))}
        />
        <DateField name="since" label={t`Since`} />
        <DateField name="until" label={t`Before`} />
      </Filters>
      <DataTable
        label={t`Deliveries`}
        columns={COLUMNS}
        rows={data?.deliveries}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={isNarrowed ? <NothingFound /> : <NothingYet />}
      />
      <Pages next={data?.next} isFetching={isFetching} />
    </div>
  )
}

function NothingFound() {
  return (
    <EmptyState title={<Trans>No such delivery</Trans>}>
      <Trans>Deliveries are kept for 30 days. Take a filter away.</Trans>
    </EmptyState>
  )
}

function NothingYet() {
  return (
    <EmptyState title={<Trans>Nothing was delivered yet</Trans>}>
      <Trans>The first delivery leaves when something happens that the webhook wants, once it is active.</Trans>
    </EmptyState>
  )
}
