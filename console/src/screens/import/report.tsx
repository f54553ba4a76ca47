import { Trans, useLingui } from '@lingui/react/macro'

import { useEffect } from 'react'
import type { Import, ImportReportResponse } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Button } from '../../parts/button.tsx'
import { Counts } from '../../parts/counts.tsx'
import { download } from '../../parts/download.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import type { ImportPath } from './path.ts'
import { useWords } from './words.ts'

type Body = ImportReportResponse['report']

/** What came of an import, in numbers. */
export function Report({ path, shown }: { path: ImportPath; shown: Import }) {
  const isMoving = shown.status === 'loading' || shown.status === 'rolling_back'
  const { data, error, refetch } = useRead('getImportReport', { path: { ...path } }, { everyMs: isMoving && 2000 })
  // Its last numbers are there only once it is over.
  useEffect(() => {
    if (!isMoving) refetch()
  }, [isMoving, refetch])
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  return (
    <div className="stack">
      <Numbers report={data.report} />
      <div>
        <Button
          onClick={() => download(`${path.importID}.json`, 'application/json', JSON.stringify(data.report, null, 2))}
        >
          <Trans>Download the report</Trans>
        </Button>
      </div>
    </div>
  )
}

function Numbers({ report }: { report: Body }) {
  const { t } = useLingui()
  const { outcomes, codes, leftovers: sealed } = useWords()
  const { lines, expected_lines } = report
  return (
    <>
      {expected_lines !== undefined && expected_lines !== lines && (
        <p className="note note-warn">
          <Trans>
            {lines} lines, where {expected_lines} were expected.
          </Trans>
        </p>
      )}
      <div className="columns">
        <Counts title={t`Lines`} counts={report.outcomes} words={outcomes} total={lines} />
        <Counts title={t`Why not`} counts={report.codes} words={codes} />
        <Counts
          title={t`Passwords`}
          counts={{
            ...report.hash_forms,
            ...(report.without_password > 0 && { none: report.without_password }),
          }}
          words={{ none: t`none` }}
        />
        <Counts title={t`Left out of lines that were loaded`} counts={report.left_out} words={codes} />
        <Counts title={t`Kept sealed`} counts={report.leftovers} words={sealed} />
        <Counts title={t`Groups that are none here`} counts={report.unknown_groups} words={{}} />
        <Counts
          title={t`Rolled back`}
          counts={{
            ...(report.deleted > 0 && { deleted: report.deleted }),
            ...(report.kept > 0 && { kept: report.kept }),
          }}
          words={{ deleted: t`users deleted`, kept: t`users kept` }}
        />
      </div>
    </>
  )
}
