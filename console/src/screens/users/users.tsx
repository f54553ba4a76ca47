import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam, useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { DataTable, type Selection } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { COLUMNS } from './columns.tsx'
import { FILTERS, questionIn } from './question.ts'
import { UserFilters } from './user-filters.tsx'

export default function Users() {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { search } = useSearchState()
  const input = { path: { appID }, query: questionIn(search) }
  const { data, error, isFetching, refetch } = useRead('listUsers', input)
  const [chosen, setChosen] = useState<Selection>({})
  const isNarrowed = FILTERS.some((name) => search[name])
  return (
    <div className="stack">
      <ScreenHead title={t`Users`} requests={[requestOf('listUsers', input)]} />
      <UserFilters />
      <BulkBar chosen={chosen} onDone={() => setChosen({})} />
      <DataTable
        label={t`Users`}
        columns={COLUMNS}
        rows={data?.users}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={isNarrowed ? <NobodyFound /> : <NobodyYet />}
        selection={{ chosen, onChange: setChosen }}
      />
      <Pages next={data?.next} isFetching={isFetching} />
    </div>
  )
}

function NobodyFound() {
  return (
    <EmptyState title={<Trans>Nobody is meant</Trans>}>
      <Trans>
        Ids, external ids and addresses are found whole, phone numbers and names by their beginning. Take a filter away,
        or write it otherwise.
      </Trans>
    </EmptyState>
  )
}

function NobodyYet() {
  return (
    <EmptyState title={<Trans>There are no users yet</Trans>}>
      <Trans>They come by themselves at their first login. To bring those of another system, import them.</Trans>
    </EmptyState>
  )
}
