import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { User } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'
import type { UserPath } from './path.ts'

interface Props {
  readonly user: User
  readonly path: UserPath
}

export function UserActions({ user, path }: Props) {
  const [shown, setShown] = useState<'status' | 'delete'>()
  const close = () => setShown(undefined)
  const isBlocked = user.status === 'inactive'
  return (
    <>
      <OperationButton operation="updateStatus" onClick={() => setShown('status')}>
        {isBlocked ? <Trans>Unblock</Trans> : <Trans>Block</Trans>}
      </OperationButton>
      <OperationButton operation="deleteUser" kind="danger" onClick={() => setShown('delete')}>
        <Trans>Delete</Trans>
      </OperationButton>
      {shown === 'status' && <ChangeStatus user={user} path={path} onClose={close} />}
      {shown === 'delete' && <DeleteUser user={user} path={path} onClose={close} />}
    </>
  )
}

function ChangeStatus({ user, path, onClose }: Props & { onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  // What was asked for stays what it was, also once the user is shown as changed.
  const [isBlocked] = useState(user.status === 'inactive')
  const status = isBlocked ? 'active' : 'inactive'
  const look = () => refresh('getUser', 'listUsers', 'listUserSessions', 'listEvents')
  return (
    <ActionDialog
      title={isBlocked ? t`Unblock the user` : t`Block the user`}
      verb={isBlocked ? t`Unblock` : t`Block`}
      isDangerous={!isBlocked}
      undo={isBlocked ? t`To undo it, block the user.` : t`To undo it, unblock the user. Sessions that ended stay so.`}
      act={async () => {
        const answer = await call('updateStatus', { path: { ...path }, body: { status } })
        await look()
        return answer.user.status === 'active' ? t`The user is active.` : t`The user is blocked.`
      }}
      onLook={look}
      onClose={onClose}
    >
      {isBlocked ? (
        <Trans>The user may log in again.</Trans>
      ) : (
        <Trans>Every session of the user ends, and nobody logs in as the user any more.</Trans>
      )}
    </ActionDialog>
  )
}

function DeleteUser({ user, path, onClose }: Props & { onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const navigate = useNavigate()
  const [isDeleted, setDeleted] = useState(false)
  const close = () => {
    onClose()
    if (!isDeleted) return
    refresh('listUsers')
    navigate({ to: '/apps/$appID/users', params: { appID: path.appID } })
  }
  return (
    <ActionDialog
      title={t`Delete the user`}
      verb={t`Delete for good`}
      isDangerous
      typed={user.id}
      undo={t`It cannot be undone. Blocking keeps the user out just as well.`}
      act={async () => {
        await call('deleteUser', { path: { ...path } })
        setDeleted(true)
        return t`The user is deleted.`
      }}
      onLook={() => refresh('getUser')}
      onClose={close}
    >
      <Trans>The user goes, with sessions, passkeys, linked accounts and everything else that is kept.</Trans>
    </ActionDialog>
  )
}
