import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import type { Listed } from './listed.ts'

export function RemoveOperator({ operator, onClose }: { operator: Listed; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const { id, name, email } = operator
  const look = () => refresh('listOperators')
  const close = () => {
    onClose()
    look()
  }
  return (
    <ActionDialog
      title={t`Remove ${name}`}
      verb={t`Remove`}
      isDangerous
      typed={email}
      undo={t`To undo it, invite them anew. They then add a passkey again.`}
      act={async () => {
        await call('deleteOperator', { path: { operatorID: id } })
        return t`They are removed.`
      }}
      onLook={look}
      onClose={close}
    >
      <Trans>
        They are out at once, with their passkeys and sessions. What they did stays in the audit log, under the id{' '}
        <code>{id}</code>.
      </Trans>
    </ActionDialog>
  )
}
