import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { refreshSession } from '../../api/session.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { AppLink } from '../../parts/app-link.tsx'
import { SecretOnce } from '../../parts/secret-once.tsx'
import { ApplicationFields, type Draft } from './application-fields.tsx'

const EMPTY: Draft = { id: '', name: '', mode: 'prod' }

export function CreateApplication({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const [draft, setDraft] = useState(EMPTY)
  const look = async () => {
    await Promise.all([refresh('listApplications'), refreshSession()])
  }
  const close = () => {
    onClose()
    look()
  }
  return (
    <ActionDialog
      title={t`Create an application`}
      verb={t`Create`}
      undo={t`To undo it, delete the application. Its id is never given out again.`}
      act={async () => {
        const { id, name, mode } = draft
        const answer = await call('createApplication', { body: { id, mode, ...(name && { name }) } })
        return (
          <SecretOnce secret={answer.management_key} label={t`Copy the key`}>
            <Trans>
              <AppLink id={answer.application.id} /> is there. This is its first management key, which may do everything
              in it:
            </Trans>
          </SecretOnce>
        )
      }}
      onLook={look}
      onClose={close}
    >
      <ApplicationFields draft={draft} onChange={setDraft} />
    </ActionDialog>
  )
}
