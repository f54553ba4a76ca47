import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { CreateUserJobRequest } from '../../api/operations.ts'

export interface BulkAction {
  readonly action: CreateUserJobRequest['action']
  readonly label: MessageDescriptor
  /** What will be. */
  readonly explain: MessageDescriptor
  readonly undo: MessageDescriptor
  readonly isDangerous: boolean
}

export const ACTIONS: readonly BulkAction[] = [
  {
    action: 'block',
    label: msg`Block`,
    explain: msg`Their sessions end, and none of them logs in any more.`,
    undo: msg`To undo it, unblock them. Sessions that ended stay so.`,
    isDangerous: true,
  },
  {
    action: 'unblock',
    label: msg`Unblock`,
    explain: msg`They may log in again.`,
    undo: msg`To undo it, block them.`,
    isDangerous: false,
  },
  {
    action: 'end_sessions',
    label: msg`End sessions`,
    explain: msg`They are logged out on every device. Access tokens that are out stay good until they end, a minute at most by default.`,
    undo: msg`It cannot be undone. They may log in again.`,
    isDangerous: true,
  },
  {
    action: 'add_to_group',
    label: msg`Add to group`,
    explain: msg`They get the scopes of the group with their next access token.`,
    undo: msg`To undo it, take them out of the group.`,
    isDangerous: false,
  },
  {
    action: 'delete',
    label: msg`Delete`,
    explain: msg`They are deleted for good, with all that is kept of them.`,
    undo: msg`It cannot be undone.`,
    isDangerous: true,
  },
]
