import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import type { Application } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { AppLink } from '../../parts/app-link.tsx'
import { AskingButton } from '../../parts/asking-button.tsx'
import { Badge } from '../../parts/badge.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Time } from '../../parts/time.tsx'
import { CreateApplication } from './create-application.tsx'

const COLUMNS: readonly Column<Application>[] = [
  { id: 'name', header: msg`Name`, cell: ({ id, name }) => <AppLink id={id}>{name}</AppLink> },
  { id: 'id', header: msg`Id`, cell: ({ id }) => <code>{id}</code> },
  { id: 'mode', header: msg`Mode`, cell: ({ mode }) => <Mode of={mode} /> },
  { id: 'hosts', header: msg`Reached at`, cell: ({ public_origins }) => <Origins of={public_origins} /> },
  { id: 'created', header: msg`Created`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
]

function Mode({ of: mode }: { of: Application['mode'] }) {
  return mode === 'prod' ? (
    <Badge tone="good">
      <Trans>production</Trans>
    </Badge>
  ) : (
    <Badge>
      <Trans>development</Trans>
    </Badge>
  )
}

function Origins({ of: origins }: { of: readonly string[] }) {
  if (origins.length === 0)
    return (
      <span className="quiet">
        <Trans>the host made of its id</Trans>
      </span>
    )
  return (
    <ul className="plain-list">
      {origins.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  )
}

export default function Applications() {
  const { t } = useLingui()
  const { search } = useSearchState()
  const query = { limit: 50, ...(search.after && { after: search.after }) }
  const { data, error, isFetching, refetch } = useRead('listApplications', { query })
  const create = (
    <AskingButton
      operation="createApplication"
      kind="primary"
      dialog={(close) => <CreateApplication onClose={close} />}
    >
      <Trans>Create an application</Trans>
    </AskingButton>
  )
  return (
    <div className="stack">
      <ScreenHead title={t`Applications`} requests={[requestOf('listApplications', { query })]}>
        {create}
      </ScreenHead>
      <DataTable
        label={t`Applications`}
        columns={COLUMNS}
        rows={data?.applications}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>There is no application yet</Trans>}>
            <Trans>Each has users, keys and settings of its own. Create the first one.</Trans>
          </EmptyState>
        }
      />
      <Pages next={data?.next} isFetching={isFetching} />
    </div>
  )
}
