import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import type { Listed } from './listed.ts'

export function EndSessions({ operator, onClose }: { operator: Listed; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const { id, name } = operator
  const look = () => refresh('listOperators')
  return (
    <ActionDialog
      title={t`End the sessions of ${name}`}
      verb={t`End sessions`}
      isDangerous
      undo={t`It cannot be undone. They may log in again with a passkey.`}
      act={async () => {
        const { ended } = await call('endOperatorSessions', { path: { operatorID: id } })
        await look()
        return <Plural value={ended} one="# session ended." other="# sessions ended." />
      }}
      onLook={look}
      onClose={onClose}
    >
      <Trans>They are logged out of the console in every browser.</Trans>
    </ActionDialog>
  )
}
