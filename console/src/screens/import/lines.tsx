import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import type { Import, ImportLinesPage } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ChoiceField } from '../../parts/filters.tsx'
import { Pages } from '../../parts/pages.tsx'
import { LineDownload } from './line-download.tsx'
import { isOutcome } from './outcomes.ts'
import type { ImportPath } from './path.ts'
import { useWords } from './words.ts'

type Line = ImportLinesPage['lines'][number]

const COLUMNS: readonly Column<Line>[] = [
  { id: 'line', header: msg`Line`, cell: ({ line }) => String(line) },
  { id: 'external_id', header: msg`External id`, cell: ({ external_id }) => <bdi>{external_id}</bdi> },
  { id: 'why', header: msg`Why`, cell: ({ code }) => <Why code={code} /> },
  { id: 'field', header: msg`Member`, cell: ({ field }) => field && <code>{field}</code> },
  { id: 'offset', header: msg`Byte`, cell: ({ offset }) => String(offset) },
]

function Why({ code }: { code: string }) {
  const { codes } = useWords()
  return (
    <>
      {codes[code] && (
        <>
          {codes[code]}
          <br />
        </>
      )}
      <code>{code}</code>
    </>
  )
}

/** Lines that were not loaded, or not wholly, and why. */
export function Lines({ path, shown }: { path: ImportPath; shown: Import }) {
  const { t } = useLingui()
  const { search } = useSearchState()
  const outcome = isOutcome(search.outcome) ? search.outcome : 'refused'
  const cursor = Number(search.after)
  const query = { outcome, limit: 50, ...(cursor > 0 && { cursor }) }
  const { data, error, isFetching, refetch } = useRead('listImportLines', { path: { ...path }, query })
  const choices = {
    conflict: t`in conflict`,
    skipped: t`skipped`,
    left_out: t`left out in part`,
    kept: t`kept at a rollback`,
  }
  return (
    <div className="stack">
      <div className="filters">
        <ChoiceField name="outcome" label={t`Lines that were`} all={t`refused`} choices={choices} />
        {data && data.lines.length > 0 && <LineDownload path={path} outcome={outcome} shown={shown} />}
      </div>
      <DataTable
        label={t`Lines`}
        columns={COLUMNS}
        rows={data?.lines}
        idOf={({ line, field, code }) => `${line} ${field} ${code}`}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>There are no such lines</Trans>}>
            <Trans>Lines are kept for 30 days. Choose another kind above.</Trans>
          </EmptyState>
        }
      />
      <Pages next={data?.next === undefined ? undefined : String(data.next)} isFetching={isFetching} />
    </div>
  )
}
