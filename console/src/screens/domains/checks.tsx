import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import type { Domain } from '../../api/operations.ts'
import { Badge } from '../../parts/badge.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { Time } from '../../parts/time.tsx'

type Check = Domain['checks'][number]

const COLUMNS: readonly Column<Check>[] = [
  { id: 'name', header: msg`Check`, cell: (check) => <Named check={check} /> },
  { id: 'expected', header: msg`Expected`, cell: ({ expected }) => expected },
  { id: 'found', header: msg`Found`, cell: ({ found }) => found },
  { id: 'hint', header: msg`What to do`, cell: ({ hint }) => (typeof hint === 'string' ? hint : '') },
  { id: 'at', header: msg`When`, cell: ({ at }) => <Time at={at} isInTable /> },
]

const TONES = { passed: 'good', warning: 'warn', failed: 'bad' } as const

function Named({ check: { name, outcome } }: { check: Check }) {
  const { t } = useLingui()
  const words: Record<Check['outcome'], string> = { passed: t`passed`, warning: t`warning`, failed: t`failed` }
  return (
    <>
      <code>{name}</code> <Badge tone={TONES[outcome]}>{words[outcome]}</Badge>
    </>
  )
}

/** What was seen when it was last looked. */
export function Checks({ checks }: Pick<Domain, 'checks'>) {
  const { t } = useLingui()
  return (
    <DataTable
      label={t`What DNS answers`}
      columns={COLUMNS}
      rows={checks}
      idOf={({ name, expected }) => `${name} ${expected}`}
      failure={null}
      isFetching={false}
      onRetry={() => undefined}
      empty={
        <p className="quiet">
          <Trans>It was not looked yet.</Trans>
        </p>
      }
    />
  )
}
