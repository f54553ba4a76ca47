import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { Choice } from '../../parts/choice.tsx'
import { PURPOSES } from './purposes.ts'

const ROTATED = ['access_token', 'challenge_token', 'webhook'] as const

export function RotateSigningKeys({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useLingui()
  const refresh = useRefresh()
  const path = { appID: useParam('appID') }
  const [purpose, setPurpose] = useState<(typeof ROTATED)[number]>('access_token')
  const look = () => refresh('listSigningKeys')
  return (
    <ActionDialog
      title={t`Rotate signing keys`}
      verb={t`Rotate`}
      undo={t`It cannot be undone, and need not be: nobody is logged out.`}
      act={async () => {
        await call('rotateSigningKeys', { path, body: { purpose } })
        await look()
        return t`The next key is published. It signs when every verifier has seen it.`
      }}
      onLook={look}
      onClose={onClose}
    >
      <fieldset className="choices">
        <legend>
          <Trans>What the next key is to sign</Trans>
        </legend>
        {ROTATED.map((one) => (
          <Choice
            key={one}
            name="purpose"
            isChosen={one === purpose}
            onChange={() => setPurpose(one)}
            label={i18n._(PURPOSES[one])}
          />
        ))}
      </fieldset>
    </ActionDialog>
  )
}
