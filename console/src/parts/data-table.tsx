import type { MessageDescriptor } from '@lingui/core'
import { Plural, useLingui } from '@lingui/react/macro'
import {
  type ColumnDef,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { type ReactNode, useMemo } from 'react'
import type { Failure } from '../api/failure.ts'
import { ErrorNote } from './error-note.tsx'
import { SelectAll, SelectRow } from './row-selection.tsx'
import { ScrollRegion } from './scroll-region.tsx'
import { Waiting } from './waiting.tsx'

export interface Column<Row> {
  readonly id: string
  readonly header: MessageDescriptor
  readonly cell: (row: Row) => ReactNode
}

export type Selection = RowSelectionState

interface Props<Row> {
  /** What the rows are, for whoever hears the table. */
  readonly label: string
  /** Made once, outside of what is rendered. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[] | undefined
  readonly idOf: (row: Row) => string
  readonly failure: Failure | null
  readonly isFetching: boolean
  readonly onRetry: () => void
  /** In the place of rows where there are none. */
  readonly empty: ReactNode
  /** Rows that are chosen, by id; without it none can be. */
  readonly selection?: { readonly chosen: Selection; readonly onChange: (chosen: Selection) => void }
}

const features = tableFeatures({ rowSelectionFeature })
const NONE: never[] = []

/** A page of a list that the server searches and orders. It scrolls in itself where it is too wide. */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { label, rows, failure, isFetching, onRetry, empty } = props
  if (failure) return <ErrorNote failure={failure} onRetry={onRetry} />
  if (!rows) return <Waiting />
  if (rows.length === 0) return empty
  return (
    <>
      <p className="unseen" role="status">
        <Plural value={rows.length} one="# row is shown" other="# rows are shown" />
      </p>
      <ScrollRegion label={label} isBusy={isFetching}>
        <Rows {...props} rows={rows} />
      </ScrollRegion>
    </>
  )
}

function Rows<Row extends object>({ label, columns, rows, idOf, selection }: Props<Row>) {
  const { i18n } = useLingui()
  const definitions = useMemo(
    () => columns.map(({ id }): ColumnDef<typeof features, Row> => ({ id, header: id })),
    [columns],
  )
  const table = useTable({
    features,
    columns: definitions,
    data: (rows as Row[]) ?? NONE,
    getRowId: idOf,
    enableRowSelection: selection !== undefined,
    state: { rowSelection: selection?.chosen ?? {} },
    onRowSelectionChange: (change) =>
      selection?.onChange(typeof change === 'function' ? change(selection.chosen) : change),
  })
  return (
    <table>
      <caption className="unseen">{label}</caption>
      <thead>
        <tr>
          {selection && (
            <th className="select">
              <SelectAll
                isChecked={table.getIsAllRowsSelected()}
                isMixed={table.getIsSomeRowsSelected()}
                onChange={(isChosen) => table.toggleAllRowsSelected(isChosen)}
              />
            </th>
          )}
          {columns.map(({ id, header }) => (
            <th key={id} scope="col">
              {i18n._(header)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.getRowModel().rows.map((row) => (
          <tr key={row.id} aria-selected={selection && row.getIsSelected()}>
            {selection && (
              <td className="select">
                <SelectRow
                  id={row.id}
                  isChecked={row.getIsSelected()}
                  onChange={(isChosen) => row.toggleSelected(isChosen)}
                />
              </td>
            )}
            {columns.map(({ id, cell }) => (
              <td key={id}>{cell(row.original)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
