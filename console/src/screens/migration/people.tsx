import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import type { MigrationPeople, MigrationReport } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ChoiceField } from '../../parts/filters.tsx'
import { Pages } from '../../parts/pages.tsx'
import { Time } from '../../parts/time.tsx'
import { UserLink } from '../../parts/user-link.tsx'
import { PeopleDownload } from './people-download.tsx'

type Person = MigrationPeople['users'][number]

const LISTS = { locked_out: 'listLockedOut', unknown_here: 'listUnknownHere' } as const

const COLUMNS: readonly Column<Person>[] = [
  { id: 'id', header: msg`Id`, cell: ({ id }) => <UserLink id={id} /> },
  { id: 'external_id', header: msg`External id`, cell: ({ external_id }) => <bdi>{external_id}</bdi> },
  { id: 'seen', header: msg`Seen there`, cell: ({ last_seen_there_at: at }) => at && <Time at={at} isInTable /> },
  { id: 'came', header: msg`Came`, cell: ({ migrated_at: at }) => at && <Time at={at} isInTable /> },
]

/** Lists of those who would notice that the old system is gone. */
export function People({ report }: { report: MigrationReport | undefined }) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { search } = useSearchState()
  const list = LISTS[search.list as keyof typeof LISTS] ?? 'listLeftBehind'
  const query = { limit: 100, ...(search.after && { after: search.after }) }
  const { data, error, isFetching, refetch } = useRead(list, { path: { appID }, query })
  return (
    <div className="stack">
      <div className="filters">
        <ChoiceField
          name="list"
          label={t`Whom`}
          all={t`left behind`}
          choices={{ locked_out: t`locked out without it`, unknown_here: t`unknown here` }}
        />
        <PeopleDownload list={list} />
      </div>
      <About list={list} report={report} />
      <DataTable
        label={t`People`}
        columns={COLUMNS}
        rows={data?.users}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={data?.next ? <Trans>Nobody on this page</Trans> : <Trans>Nobody</Trans>}>
            {data?.next ? <Trans>There are more pages.</Trans> : <Trans>Nobody of this kind is known.</Trans>}
          </EmptyState>
        }
      />
      <Pages next={data?.next} isFetching={isFetching} />
    </div>
  )
}

type List = 'listLeftBehind' | 'listLockedOut' | 'listUnknownHere'

function About({ list, report }: { list: List; report: MigrationReport | undefined }) {
  const { t, i18n } = useLingui()
  const numbers: Record<List, number | undefined> = {
    listLeftBehind: report?.left_behind?.count,
    listLockedOut: report && report.locked_out.count + report.locked_out.activity_unknown,
    listUnknownHere: report?.unknown_here,
  }
  const words: Record<List, string> = {
    listLeftBehind: t`Active there in the 30 days before the import, and not seen here. They would have to log in once.`,
    listLockedOut: t`No proven address, no password, no passkey, no account at a provider: without the old system they cannot log in. Some may not have been active lately.`,
    listUnknownHere: t`A session of the old system named them, and no import. They signed up there since: import again.`,
  }
  const count = numbers[list]
  return (
    <p>
      {count !== undefined && <strong>{i18n.number(count)} </strong>}
      {words[list]}
    </p>
  )
}
