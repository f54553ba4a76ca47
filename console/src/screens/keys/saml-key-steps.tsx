import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'

export function AnnounceSamlKey({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  return (
    <Step
      title={t`Announce the next key`}
      verb={t`Announce`}
      undo={t`It cannot be undone, and changes nothing for users: the old key signs on.`}
      act={async () => {
        await call('announceSAMLKey', { path })
        return t`The certificate stands in the metadata now. Switch over when every company has taken it up.`
      }}
      onClose={onClose}
    >
      <Trans>The next key is made, and its certificate stands in the metadata beside the old one.</Trans>
    </Step>
  )
}

export function SwitchSamlKey({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  return (
    <Step
      title={t`Switch to the announced key`}
      verb={t`Switch over`}
      isDangerous
      undo={t`It cannot be undone. The old key is over for good.`}
      act={async () => {
        await call('switchSAMLKey', { path })
        return t`The new key signs.`
      }}
      onClose={onClose}
    >
      <Trans>
        A company whose identity provider does not know the new certificate refuses logins from then on. Ask them first.
      </Trans>
    </Step>
  )
}

interface StepProps {
  readonly title: string
  readonly verb: string
  readonly isDangerous?: boolean
  readonly undo: string
  readonly act: () => Promise<ReactNode>
  readonly onClose: () => void
  readonly children: ReactNode
}

/** The keys are asked for once it is closed: a button that is gone then must not take its dialog along. */
function Step({ onClose, ...question }: StepProps) {
  const refresh = useRefresh()
  const look = () => refresh('listSAMLKeys')
  const close = () => {
    onClose()
    look()
  }
  return <ActionDialog {...question} onLook={look} onClose={close} />
}
