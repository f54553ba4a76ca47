import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import type { ParkedJob } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { AppLink } from '../../parts/app-link.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Pages } from '../../parts/pages.tsx'
import { Time } from '../../parts/time.tsx'
import { RetryJob } from './retry-job.tsx'

const COLUMNS: readonly Column<ParkedJob>[] = [
  { id: 'kind', header: msg`Kind`, cell: ({ kind }) => <code>{kind}</code> },
  { id: 'app', header: msg`Application`, cell: ({ app_id }) => app_id && <AppLink id={app_id} /> },
  {
    id: 'error',
    header: msg`Why its last try failed`,
    cell: ({ last_error }) => <div className="name-cell">{last_error}</div>,
  },
  { id: 'attempts', header: msg`Tries`, cell: ({ attempts }) => attempts },
  { id: 'since', header: msg`Given up`, cell: ({ since }) => <Time at={since} isInTable /> },
  { id: 'retry', header: msg`Retry`, cell: (job) => <RetryJob job={job} /> },
  {
    id: 'request',
    header: msg`Request`,
    cell: ({ request_id }) => request_id && <code>{request_id}</code>,
  },
]

/** Background jobs that were given up. */
export function ParkedJobs() {
  const { t } = useLingui()
  const { search } = useSearchState()
  const query = { limit: 50, ...(search.after && { after: search.after }) }
  const { data, error, isFetching, refetch } = useRead('listParkedJobs', { query })
  return (
    <div className="stack">
      <DataTable
        label={t`Parked jobs`}
        columns={COLUMNS}
        rows={data?.jobs}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>No job was given up</Trans>}>
            <Trans>One stands here when its last try has failed, until it is tried again.</Trans>
          </EmptyState>
        }
      />
      <Pages next={data?.next} isFetching={isFetching} />
    </div>
  )
}
