import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import type { Message, User } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Pages } from '../../parts/pages.tsx'
import { Time } from '../../parts/time.tsx'
import type { UserPath } from './path.ts'

const COLUMNS: readonly Column<Message>[] = [
  { id: 'at', header: msg`When`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  { id: 'template', header: msg`What`, cell: ({ template }) => <code>{template}</code> },
  { id: 'recipient', header: msg`To`, cell: ({ recipient }) => <code>{recipient}</code> },
  { id: 'status', header: msg`Status`, cell: ({ status }) => <Status of={status} /> },
  {
    id: 'provider',
    header: msg`Provider`,
    cell: ({ provider }) => provider ?? <Trans>none</Trans>,
  },
  {
    id: 'reason',
    header: msg`What the provider said`,
    cell: ({ reason }) => <div className="name-cell">{reason}</div>,
  },
]

function Status({ of: status }: { of: Message['status'] }) {
  if (status === 'sent')
    return (
      <Badge tone="good">
        <Trans>sent</Trans>
      </Badge>
    )
  if (status === 'failed')
    return (
      <Badge tone="bad">
        <Trans>failed</Trans>
      </Badge>
    )
  return (
    <Badge>
      <Trans>waiting</Trans>
    </Badge>
  )
}

/** What was sent to an identifier of the user: did the code leave? */
export function Messages({ user, path: { appID } }: { user: User; path: UserPath }) {
  const { search } = useSearchState()
  const values = user.identifiers.map(({ value }) => value)
  const recipient = values.find((value) => value === search.recipient) ?? values[0]
  if (recipient === undefined) {
    return (
      <EmptyState title={<Trans>The user has no address and no number</Trans>}>
        <Trans>Nothing can be sent. Add an identifier first.</Trans>
      </EmptyState>
    )
  }
  return (
    <div className="stack">
      <Recipient recipient={recipient} values={values} />
      <Sent appID={appID} recipient={recipient} />
    </div>
  )
}

function Recipient({ recipient, values }: { recipient: string; values: readonly string[] }) {
  const { change } = useSearchState()
  return (
    <label className="filter">
      <span>
        <Trans>Sent to</Trans>
      </span>
      <select value={recipient} onChange={({ target }) => change({ recipient: target.value })}>
        {values.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </label>
  )
}

function Sent({ appID, recipient }: { appID: string; recipient: string }) {
  const { t } = useLingui()
  const { search } = useSearchState()
  const query = { recipient, limit: 50, ...(search.after && { after: search.after }) }
  const { data, error, isFetching, refetch } = useRead('listMessages', { path: { appID }, query })
  return (
    <>
      <p className="quiet">
        <Trans>
          Of recipients only a masked form is kept: messages to others that look alike stand here too. Kept for 30 days.
        </Trans>
      </p>
      <DataTable
        label={t`Messages`}
        columns={COLUMNS}
        rows={data?.messages}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>Nothing was sent</Trans>}>
            <Trans>A code that the user waits for was not even asked for here, or longer ago than 30 days.</Trans>
          </EmptyState>
        }
      />
      <Pages next={data?.next} isFetching={isFetching} />
    </>
  )
}
