import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import type { Event } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Filters, SwitchField } from '../../parts/filters.tsx'
import { Pages } from '../../parts/pages.tsx'
import { Time } from '../../parts/time.tsx'
import type { UserPath } from './path.ts'

const COLUMNS: readonly Column<Event>[] = [
  { id: 'at', header: msg`When`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  { id: 'type', header: msg`Event`, cell: ({ type }) => <code>{type}</code> },
  {
    id: 'payload',
    header: msg`Details`,
    cell: ({ payload }) => (
      <details>
        <summary>
          <Trans>Show</Trans>
        </summary>
        <pre>{JSON.stringify(payload, null, 2)}</pre>
      </details>
    ),
  },
]

const FILTERS = ['migration']

/** What happened to the user, the latest first. */
export function Timeline({ path }: { path: UserPath }) {
  const { t } = useLingui()
  const { search } = useSearchState()
  const query = {
    user_id: path.userID,
    limit: 50,
    ...(search.migration === 'true' && { type: 'user.migrated' as const }),
    ...(search.after && { after: search.after }),
  }
  const { data, error, isFetching, refetch } = useRead('listEvents', { path: { appID: path.appID }, query })
  return (
    <div className="stack">
      <Filters names={FILTERS}>
        <SwitchField name="migration" label={t`Only how the user came here from the old system`} />
      </Filters>
      <DataTable
        label={t`Events`}
        columns={COLUMNS}
        rows={data?.events}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>Nothing is recorded</Trans>}>
            <Trans>Events are kept for a while only, and imported users have none.</Trans>
          </EmptyState>
        }
      />
      <Pages next={data?.next} isFetching={isFetching} />
    </div>
  )
}
