import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { Profile } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { JsonField } from './json-field.tsx'
import { mergeOf, objectIn } from './json-object.ts'
import type { UserPath } from './path.ts'

interface Props {
  readonly profile: Profile
  readonly path: UserPath
  readonly onClose: () => void
}

/** The whole profile as JSON; what is sent is what differs. */
export function EditProfile({ profile, path, onClose }: Props) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const [before] = useState(profile)
  const [text, setText] = useState(() => JSON.stringify(profile, null, 2))
  const look = () => refresh('getUser', 'listUsers', 'listEvents')
  return (
    <ActionDialog
      title={t`Edit the profile`}
      verb={t`Save`}
      undo={t`To undo it, edit it again. The audit log keeps which members changed.`}
      act={async () => {
        const after = objectIn(text)
        if (!after) throw new Error(t`This is no JSON object yet.`)
        await call('updateUserProfile', { path: { ...path }, body: mergeOf(before, after) })
        await look()
        return t`The profile is saved.`
      }}
      onLook={look}
      onClose={onClose}
    >
      <JsonField
        label={t`Profile, as JSON`}
        help={<Trans>A member that is left out is taken from the profile.</Trans>}
        text={text}
        onChange={setText}
      />
    </ActionDialog>
  )
}
