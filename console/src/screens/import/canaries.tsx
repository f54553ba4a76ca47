import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import type { Import } from '../../api/operations.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { Badge } from '../../parts/badge.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Time } from '../../parts/time.tsx'
import { type ImportPath, SHOWN } from './path.ts'

interface Row {
  readonly place: number
  readonly outcome: Import['canaries'][number]['outcome']
  readonly at: string
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'place', header: msg`Account`, cell: ({ place }) => String(place) },
  { id: 'outcome', header: msg`Outcome`, cell: ({ outcome }) => <Outcome outcome={outcome} /> },
  { id: 'at', header: msg`Tried last`, cell: ({ at }) => <Time at={at} isInTable /> },
]

function Outcome({ outcome }: Pick<Row, 'outcome'>) {
  const { t } = useLingui()
  const words: Record<Row['outcome'], string> = {
    ok: t`can log in`,
    unknown_user: t`is not here`,
    no_password: t`has no password here`,
    wrong_password: t`its password does not fit the hash`,
    not_checked: t`could not be tried`,
  }
  return <Badge tone={outcome === 'ok' ? 'good' : 'bad'}>{words[outcome]}</Badge>
}

/** How the test accounts fare. */
export function Canaries({ path, shown }: { path: ImportPath; shown: Import }) {
  const { t } = useLingui()
  return (
    <div className="stack">
      <DataTable
        label={t`Test accounts`}
        columns={COLUMNS}
        rows={shown.canaries.map(({ outcome, checked_at }, i) => ({ place: i + 1, outcome, at: checked_at }))}
        idOf={({ place }) => String(place)}
        failure={null}
        isFetching={false}
        onRetry={() => undefined}
        empty={
          <EmptyState title={shown.has_canaries ? <Trans>None was tried yet</Trans> : <Trans>None was named</Trans>}>
            <Trans>
              Test accounts are named when an import is made. Without them nobody can say that passwords came over well.
            </Trans>
          </EmptyState>
        }
      />
      {shown.has_canaries && (
        <div>
          <ActButton
            operation="verifyImport"
            label={<Trans>Try them now</Trans>}
            title={t`Try the test accounts`}
            verb={t`Try`}
            undo={t`It changes nothing.`}
            act={async () => {
              const { canaries } = await call('verifyImport', { path: { ...path } })
              const good = canaries.filter(({ outcome }) => outcome === 'ok').length
              return t`${good} of ${canaries.length} can log in.`
            }}
            shownBy={SHOWN}
          >
            <Trans>Each is tried with its password, as at a login.</Trans>
          </ActButton>
        </div>
      )}
    </div>
  )
}
