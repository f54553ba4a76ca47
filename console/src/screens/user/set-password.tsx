import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { Choice } from '../../parts/choice.tsx'
import { TextField } from '../../parts/text-field.tsx'
import type { UserPath } from './path.ts'

export function SetPassword({ path, onClose }: { path: UserPath; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const [password, setPassword] = useState('')
  const [endsSessions, setEndsSessions] = useState(true)
  const look = () => refresh('getUser', 'listUserSessions', 'listEvents')
  return (
    <ActionDialog
      title={t`Set a password`}
      verb={t`Set the password`}
      isDangerous
      undo={t`It cannot be undone: the password before is gone. Nobody can read it here.`}
      act={async () => {
        const body = { password, end_sessions: endsSessions }
        await call('setUserPassword', { path: { ...path }, body })
        await look()
        return t`The password is set. The user is told, where security notices are on.`
      }}
      onLook={look}
      onClose={onClose}
    >
      <div className="stack">
        <TextField
          label={t`New password`}
          help={<Trans>It must meet the rules of the application. Better have the user reset it.</Trans>}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          required
        />
        <Choice
          type="checkbox"
          name="end_sessions"
          isChosen={endsSessions}
          onChange={setEndsSessions}
          label={t`End every session of the user`}
        />
      </div>
    </ActionDialog>
  )
}
