import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import type { PreviewClaimsMappingResponse } from '../../api/operations.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { CLAIM_WORDS } from './claim-words.ts'

interface Claim {
  readonly name: string
  readonly value: unknown
}

const TIMES = ['iat', 'nbf', 'exp', 'auth_time']

const COLUMNS: readonly Column<Claim>[] = [
  { id: 'name', header: msg`Claim`, cell: ({ name }) => <code>{name}</code> },
  { id: 'value', header: msg`Value`, cell: (claim) => <Value of={claim} /> },
  { id: 'source', header: msg`Where it comes from`, cell: ({ name }) => <Source name={name} /> },
]

function Value({ of: { name, value } }: { of: Claim }) {
  const { i18n } = useLingui()
  const time = TIMES.includes(name) && typeof value === 'number' ? new Date(value * 1000) : undefined
  return (
    <div className="name-cell">
      <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
      {time && (
        <>
          <br />
          <span className="quiet">{i18n.date(time, { dateStyle: 'medium', timeStyle: 'medium' })}</span>
        </>
      )}
    </div>
  )
}

function Source({ name }: { name: string }) {
  const { i18n } = useLingui()
  const words = CLAIM_WORDS[name]
  return words ? i18n._(words) : <Trans>The claims mapping of the application.</Trans>
}

export function ClaimList({ claims }: Pick<PreviewClaimsMappingResponse, 'claims'>) {
  const { t } = useLingui()
  return (
    <DataTable
      label={t`Claims`}
      columns={COLUMNS}
      rows={Object.entries(claims).map(([name, value]) => ({ name, value }))}
      idOf={({ name }) => name}
      failure={null}
      isFetching={false}
      onRetry={() => undefined}
      empty={
        <EmptyState title={<Trans>The token says nothing</Trans>}>
          <Trans>Make a claims mapping first.</Trans>
        </EmptyState>
      }
    />
  )
}
