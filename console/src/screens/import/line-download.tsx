import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { Import, ImportLinesPage } from '../../api/operations.ts'
import { useAction } from '../../parts/action.ts'
import { OperationButton } from '../../parts/button.tsx'
import { csvOf, download } from '../../parts/download.ts'
import { Trouble } from '../../parts/trouble.tsx'
import type { LineOutcome } from './outcomes.ts'
import type { ImportPath } from './path.ts'

type Line = ImportLinesPage['lines'][number]

interface Props {
  readonly path: ImportPath
  readonly outcome: LineOutcome
  readonly shown: Import
}

/** All lines of a kind as a file: why, as a table; or the lines themselves, to be corrected and imported again. */
export function LineDownload({ path, outcome, shown }: Props) {
  const { t } = useLingui()
  const [count, setCount] = useState(0)
  const name = `${shown.id}-${outcome}`
  const asTable = useAction(async () => {
    const lines = await readLines(path, outcome, false, setCount)
    const columns = ['line', 'offset', 'external_id', 'field', 'code']
    download(`${name}.csv`, 'text/csv', csvOf(columns, lines))
  })
  const asLines = useAction(async () => {
    const lines = await readLines(path, outcome, true, setCount)
    const texts = new Map(lines.map(({ line, text = '' }) => [line, text]))
    download(`${name}.ndjson`, 'application/x-ndjson', [...texts.values()].map((text) => `${text}\n`).join(''))
  })
  const states = [asTable.state, asLines.state]
  const isBusy = states.some(({ kind }) => kind === 'doing')
  return (
    <>
      <OperationButton operation="listImportLines" isBusy={isBusy} onClick={asTable.run}>
        <Trans>Why, as CSV</Trans>
      </OperationButton>
      <OperationButton
        operation="listImportLines"
        isBusy={isBusy}
        onClick={asLines.run}
        title={t`With addresses and password hashes: as secret as a database.`}
      >
        <Trans>The lines, to correct</Trans>
      </OperationButton>
      <span role="status">{isBusy && <Plural value={count} one="# line" other="# lines" />}</span>
      <Trouble state={asTable.state} isReading />
      <Trouble state={asLines.state} isReading />
    </>
  )
}

async function readLines(
  path: ImportPath,
  outcome: LineOutcome,
  withText: boolean,
  onCount: (count: number) => void,
): Promise<readonly Line[]> {
  const all: Line[] = []
  for (let cursor: number | undefined = 0; cursor !== undefined; ) {
    const query = { outcome, cursor, limit: 500, text: withText ? 'true' : 'false' } as const
    const page: ImportLinesPage = await call('listImportLines', { path: { ...path }, query })
    all.push(...page.lines)
    onCount(all.length)
    cursor = page.next
  }
  return all
}
