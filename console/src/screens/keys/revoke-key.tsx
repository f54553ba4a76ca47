import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { ManagementKey } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { Time } from '../../parts/time.tsx'

export function RevokeKey({ of: { id, name, last_used_at }, onClose }: { of: ManagementKey; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const path = { appID: useParam('appID'), keyID: id }
  const look = () => refresh('listKeys')
  const close = () => {
    onClose()
    look()
  }
  return (
    <ActionDialog
      title={t`Revoke ${name}`}
      verb={t`Revoke`}
      isDangerous
      typed={name}
      undo={t`It cannot be undone. Make another key.`}
      act={async () => {
        await call('deleteKey', { path })
        return t`The key is revoked.`
      }}
      onLook={look}
      onClose={close}
    >
      <p>
        <Trans>Whoever calls with it is refused at once.</Trans>
      </p>
      {last_used_at && (
        <p>
          <Trans>
            It was used last: <Time at={last_used_at} />.
          </Trans>
        </p>
      )}
    </ActionDialog>
  )
}
