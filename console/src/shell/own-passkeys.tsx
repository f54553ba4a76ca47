import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { removePasskey } from '../api/login.ts'
import { queryClient } from '../api/query.ts'
import { type OwnPasskey, useSession } from '../api/session.ts'
import { ActionDialog } from '../parts/action-dialog.tsx'
import { announce } from '../parts/announce.tsx'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Time } from '../parts/time.tsx'
import { AddPasskey } from './add-passkey.tsx'

const lookAgain = () => queryClient.invalidateQueries({ queryKey: ['session'] })

export function OwnPasskeys({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const { passkeys } = useSession()
  const [leaving, setLeaving] = useState<OwnPasskey>()
  return (
    <Dialog title={t`My passkeys`} onClose={onClose}>
      <div className="stack">
        {passkeys.length === 0 && (
          <p>
            <Trans>You have none. Add one, or you cannot log in again without an invitation.</Trans>
          </p>
        )}
        <ul className="plain-list">
          {passkeys.map((passkey) => (
            <PasskeyLine key={passkey.credential_id} passkey={passkey} onRemove={() => setLeaving(passkey)} />
          ))}
        </ul>
        <AddPasskey onDone={() => announce(t`The passkey is added.`)} />
      </div>
      {leaving && <RemovePasskey passkey={leaving} onClose={() => setLeaving(undefined)} />}
    </Dialog>
  )
}

function PasskeyLine({ passkey, onRemove }: { passkey: OwnPasskey; onRemove: () => void }) {
  return (
    <li className="line">
      <div>
        <strong>{passkey.nickname ?? <Trans>Passkey without a name</Trans>}</strong>
        <p className="quiet">
          {passkey.last_used_at ? (
            <Trans>
              Used last <Time at={passkey.last_used_at} />
            </Trans>
          ) : (
            <Trans>
              Not used yet, made <Time at={passkey.created_at} />
            </Trans>
          )}
        </p>
      </div>
      <Button onClick={onRemove}>
        <Trans>Remove</Trans>
      </Button>
    </li>
  )
}

function RemovePasskey({ passkey, onClose }: { passkey: OwnPasskey; onClose: () => void }) {
  const { t } = useLingui()
  return (
    <ActionDialog
      title={t`Remove the passkey ${passkey.nickname ?? passkey.credential_id}`}
      verb={t`Remove`}
      isDangerous
      undo={t`It cannot be undone, but the device may be added again.`}
      act={async () => {
        await removePasskey(passkey.credential_id)
        await lookAgain()
        return t`The passkey is removed.`
      }}
      onLook={lookAgain}
      onClose={onClose}
    >
      <Trans>Nobody logs in to the console with it any more. Sessions go on.</Trans>
    </ActionDialog>
  )
}
