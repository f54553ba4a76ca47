import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { appsOf, NOBODY } from './draft.ts'
import { InvitationLink } from './invitation-link.tsx'
import { OperatorFields } from './operator-fields.tsx'

export function InviteColleague({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const [draft, setDraft] = useState(NOBODY)
  const look = () => refresh('listOperators')
  return (
    <ActionDialog
      title={t`Invite a colleague`}
      verb={t`Invite`}
      undo={t`To undo it, remove them from the roster.`}
      act={async () => {
        const { name, email, role } = draft
        const answer = await call('createOperator', { body: { name, email, role, apps: appsOf(draft) } })
        await look()
        return <InvitationLink name={answer.operator.name} invitation={answer.invitation} />
      }}
      onLook={look}
      onClose={onClose}
    >
      <OperatorFields draft={draft} onChange={setDraft} isNew />
    </ActionDialog>
  )
}
