import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import type { AuditEntry } from '../../api/operations.ts'
import { Actor, useOperatorNames } from '../../parts/actor.tsx'
import type { Column } from '../../parts/data-table.tsx'
import { Time } from '../../parts/time.tsx'
import { Changes } from './changes.tsx'
import { Target } from './target.tsx'

export const COLUMNS: readonly Column<AuditEntry>[] = [
  { id: 'at', header: msg`When`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  { id: 'who', header: msg`Who`, cell: ({ actor }) => <Who actor={actor} /> },
  { id: 'what', header: msg`Did what`, cell: ({ operation }) => <Operation operation={operation} /> },
  { id: 'target', header: msg`To what`, cell: ({ target }) => <Target target={target} /> },
  { id: 'changes', header: msg`Before and after`, cell: ({ changes }) => <Changes changes={changes} /> },
  { id: 'from', header: msg`From where`, cell: ({ ip, request_id }) => <From ip={ip} requestId={request_id} /> },
]

function Who({ actor }: { actor: string }) {
  const { t } = useLingui()
  const names = useOperatorNames()
  const { change } = useSearchState()
  return (
    <div className="name-cell">
      <button type="button" className="link" title={t`Only by this one`} onClick={() => change({ actor })}>
        <Actor actor={actor} names={names} />
      </button>
    </div>
  )
}

function Operation({ operation }: { operation: string }) {
  const { t } = useLingui()
  const { change } = useSearchState()
  return (
    <button type="button" className="link" title={t`Only this operation`} onClick={() => change({ operation })}>
      <code>{operation}</code>
    </button>
  )
}

function From({ ip, requestId }: { ip: string | null; requestId: string | null }) {
  return (
    <>
      {ip ? <code>{ip}</code> : <Trans>this machine</Trans>}
      {requestId && (
        <>
          <br />
          <code className="quiet">{requestId}</code>
        </>
      )}
    </>
  )
}
