import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { User } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { TextField } from '../../parts/text-field.tsx'
import type { UserPath } from './path.ts'

interface Props {
  readonly user: User
  readonly path: UserPath
  readonly onClose: () => void
}

export function ExternalId({ user, path, onClose }: Props) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const [text, setText] = useState(user.external_id ?? '')
  const [before] = useState(user.external_id)
  const look = () => refresh('getUser', 'listUsers')
  return (
    <ActionDialog
      title={t`Set the external id`}
      verb={t`Set`}
      undo={before ? t`To undo it, set it back to ${before}.` : t`It cannot be taken away again, only changed.`}
      act={async () => {
        await call('updateExternalId', { path: { ...path }, body: { external_id: text } })
        await look()
        return t`The external id is set.`
      }}
      onLook={look}
      onClose={onClose}
    >
      <TextField
        label={t`External id`}
        help={<Trans>What another system calls the user. A migration finds the user by it.</Trans>}
        value={text}
        onChange={setText}
        required
      />
    </ActionDialog>
  )
}
