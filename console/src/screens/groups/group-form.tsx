import createSchema from 'virtual:schema/CreateGroupRequest'
import updateSchema from 'virtual:schema/UpdateGroupRequest'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { CreateGroupRequest, Group, UpdateGroupRequest } from '../../api/operations.ts'
import { useRead, useRefresh } from '../../api/query.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { SchemaForm } from '../../parts/form/schema-form.tsx'

interface Props {
  readonly group: Group | undefined
  readonly onClose: () => void
}

/** A new group, or what one gives. */
export function GroupForm({ group, onClose }: Props) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const refresh = useRefresh()
  const { data } = useRead('listScopes', { path: { appID } })
  const save = async (draft: object) => {
    if (group) {
      const body = { scopes: [], ...draft } as UpdateGroupRequest
      await call('updateGroup', { path: { appID, groupName: group.name }, body })
    } else await call('createGroup', { path: { appID }, body: draft as CreateGroupRequest })
    await refresh('listGroups')
    return group ? t`Saved. It holds from the next refresh of each session on.` : t`The group is made.`
  }
  return (
    <Dialog title={group ? t`Change ${group.name}` : t`New group`} onClose={onClose}>
      <SchemaForm
        schema={group ? updateSchema : createSchema}
        value={group ? { scopes: group.scopes } : {}}
        operation={group ? 'updateGroup' : 'createGroup'}
        verb={group ? <Trans>Save</Trans> : <Trans>Make it</Trans>}
        save={save}
        labels={{ name: t`Name`, scopes: t`Scopes, one a line` }}
      />
      {data && (
        <p className="help">
          <Trans>Scopes that there are:</Trans> {data.scopes.join(', ') || <Trans>none yet</Trans>}
        </p>
      )}
    </Dialog>
  )
}
