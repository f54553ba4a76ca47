import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { InvitationLink } from './invitation-link.tsx'
import type { Listed } from './listed.ts'

export function InviteAgain({ operator, onClose }: { operator: Listed; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const { id, name } = operator
  return (
    <ActionDialog
      title={t`Invite ${name} again`}
      verb={t`Invite`}
      undo={t`To undo it, invite once more, and throw the link away.`}
      act={async () => {
        const { invitation } = await call('inviteOperator', { path: { operatorID: id } })
        return <InvitationLink name={name} invitation={invitation} />
      }}
      onLook={() => refresh('listOperators')}
      onClose={onClose}
    >
      <Trans>
        For somebody who has lost every passkey, or was too late. Invitations from before end; passkeys and sessions
        stay.
      </Trans>
    </ActionDialog>
  )
}
