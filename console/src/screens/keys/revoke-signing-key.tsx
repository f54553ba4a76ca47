import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { SigningKey } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'

export function RevokeSigningKey({ of: { kid, state }, onClose }: { of: SigningKey; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const path = { appID: useParam('appID'), kid }
  const look = () => refresh('listSigningKeys')
  const close = () => {
    onClose()
    look()
  }
  return (
    <ActionDialog
      title={t`Revoke the signing key`}
      verb={t`Revoke`}
      isDangerous
      typed={kid}
      undo={t`It cannot be undone. To change keys without harm, rotate.`}
      act={async () => {
        const { successor } = await call('revokeSigningKey', { path })
        return successor ? t`The key is revoked. ${successor} signs in its place.` : t`The key is revoked.`
      }}
      onLook={look}
      onClose={close}
    >
      <p>
        <Trans>For a key that somebody else may have. Nothing that it signed is believed any more.</Trans>
      </p>
      {state === 'signing' && (
        <p>
          <Trans>It signs now: every token of the moment is refused, until clients fetch a new one.</Trans>
        </p>
      )}
    </ActionDialog>
  )
}
