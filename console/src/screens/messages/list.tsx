import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import type { Message } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ChoiceField, DateField, Filters, SearchField } from '../../parts/filters.tsx'
import { MessageStatus } from '../../parts/message-status.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { Time } from '../../parts/time.tsx'
import { FILTERS, questionIn } from './question.ts'

const COLUMNS: readonly Column<Message>[] = [
  { id: 'id', header: msg`Id`, cell: ({ id }) => <MessageLink id={id} /> },
  { id: 'recipient', header: msg`To`, cell: ({ recipient }) => <bdi dir="ltr">{recipient}</bdi> },
  { id: 'status', header: msg`Status`, cell: ({ status }) => <MessageStatus status={status} /> },
  { id: 'provider', header: msg`Provider`, cell: ({ provider }) => provider },
  { id: 'reason', header: msg`Why it was not taken`, cell: ({ reason }) => <span className="wide">{reason}</span> },
  { id: 'created', header: msg`Made`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
]

function MessageLink({ id }: Pick<Message, 'id'>) {
  const appID = useParam('appID')
  return (
    <ScreenLink to="/apps/$appID/messages/$messageID" params={{ appID, messageID: id }} className="id">
      {id}
    </ScreenLink>
  )
}

/** What became of messages, the latest first. */
export function List() {
  const { t } = useLingui()
  const { search } = useSearchState()
  const input = { path: { appID: useParam('appID') }, query: questionIn(search) }
  const { data, error, isFetching, refetch } = useRead('listMessages', input)
  const isNarrowed = FILTERS.some((name) => search[name])
  return (
    <div className="stack">
      <Filters names={FILTERS}>
        <SearchField name="recipient" label={t`E-mail address or phone number, whole`} />
        <ChoiceField
          name="status"
          label={t`Status`}
          all={t`any`}
          choices={{ queued: t`waiting`, sent: t`sent`, failed: t`failed` }}
        />
        <DateField name="created_after" label={t`Made since`} />
      </Filters>
      <DataTable
        label={t`Messages`}
        columns={COLUMNS}
        rows={data?.messages}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={isNarrowed ? <NothingFound /> : <NothingYet />}
      />
      <Pages next={data?.next} isFetching={isFetching} />
      <p className="quiet">
        <Trans>Sent means that a provider took it. Recipients are kept masked, and all of it for 30 days.</Trans>
      </p>
    </div>
  )
}

function NothingFound() {
  return (
    <EmptyState title={<Trans>No such message</Trans>}>
      <Trans>If somebody waits for a code, it was not asked for here, or longer ago than 30 days.</Trans>
    </EmptyState>
  )
}

function NothingYet() {
  return (
    <EmptyState title={<Trans>Nothing was sent yet</Trans>}>
      <Trans>The first message leaves when somebody logs in by code. Send a test under “Providers”.</Trans>
    </EmptyState>
  )
}
