import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { refreshSession, useSession } from '../../api/session.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { appsOf, type Draft } from './draft.ts'
import type { Listed } from './listed.ts'
import { OperatorFields } from './operator-fields.tsx'

export function ChangeOperator({ operator, onClose }: { operator: Listed; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const me = useSession().operator
  const [draft, setDraft] = useState<Draft>(operator)
  const look = () => refresh('listOperators')
  const close = () => {
    onClose()
    if (me.id === operator.id) refreshSession()
  }
  return (
    <ActionDialog
      title={t`Change ${operator.name}`}
      verb={t`Change`}
      undo={t`To undo it, change it back. It counts from their next request on.`}
      act={async () => {
        const body = { name: draft.name, role: draft.role, apps: appsOf(draft) }
        await call('updateOperator', { path: { operatorID: operator.id }, body })
        await look()
        return t`Changed.`
      }}
      onLook={look}
      onClose={close}
    >
      <OperatorFields draft={draft} onChange={setDraft} isNew={false} />
    </ActionDialog>
  )
}
