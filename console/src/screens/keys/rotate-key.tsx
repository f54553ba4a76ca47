import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { ManagementKey } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { SecretOnce } from '../../parts/secret-once.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'

const MAX_HOURS = 720

export function RotateKey({ of: key, onClose }: { of: ManagementKey; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const path = { appID: useParam('appID'), keyID: key.id }
  const [hours, setHours] = useState('24')
  const look = () => refresh('listKeys')
  const close = () => {
    onClose()
    look()
  }
  return (
    <ActionDialog
      title={t`Rotate ${key.name}`}
      verb={t`Rotate`}
      undo={t`It cannot be undone. The old key works until the hours are over.`}
      act={async () => {
        const body = { overlap_seconds: Number(hours) * 3600 }
        const { management_key, previous } = await call('rotateKey', { path, body })
        return (
          <SecretOnce secret={management_key} label={t`Copy the key`}>
            <Trans>The new key, with the same rights.</Trans> <OldKey previous={previous} />
          </SecretOnce>
        )
      }}
      onLook={look}
      onClose={close}
    >
      <div className="stack">
        <p>
          <Trans>A new key takes its place. Put it in before the old one ends.</Trans>
        </p>
        <TextField
          label={t`Hours that the old key goes on working`}
          help={<Trans>0 ends it at once.</Trans>}
          type="number"
          min={0}
          max={MAX_HOURS}
          value={hours}
          onChange={setHours}
          required
        />
      </div>
    </ActionDialog>
  )
}

function OldKey({ previous: { expires_at } }: { previous: ManagementKey }) {
  if (!expires_at) return null
  return (
    <Trans>
      The old one ends: <Time at={expires_at} />.
    </Trans>
  )
}
