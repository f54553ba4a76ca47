import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call, type Permission } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { SecretOnce } from '../../parts/secret-once.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { PermissionChoice } from './permission-choice.tsx'

interface Draft {
  readonly name: string
  /** null: all that the maker has. */
  readonly permissions: readonly Permission[] | null
  readonly networks: string
  /** A day, as a date field says it. */
  readonly lastDay: string
}

const EMPTY: Draft = { name: '', permissions: [], networks: '', lastDay: '' }

/** What the API is sent of a draft: the last day counts to its end where the reader is. */
function bodyOf({ name, permissions, networks, lastDay }: Draft) {
  const allowed = networks.split(/[\s,]+/).filter(Boolean)
  return {
    name,
    ...(permissions && { permissions: [...permissions] }),
    ...(allowed.length > 0 && { allowed_networks: allowed }),
    ...(lastDay && { expires_at: new Date(`${lastDay}T23:59:59`).toISOString() }),
  }
}

export function CreateKey({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const path = { appID: useParam('appID') }
  const [draft, setDraft] = useState(EMPTY)
  const look = () => refresh('listKeys')
  return (
    <ActionDialog
      title={t`Make a management key`}
      verb={t`Make the key`}
      undo={t`To undo it, revoke the key.`}
      act={async () => {
        const { key, management_key } = await call('createKey', { path, body: bodyOf(draft) })
        await look()
        return (
          <SecretOnce secret={management_key} label={t`Copy the key`}>
            <Trans>
              The key <bdi>{key.name}</bdi>, for this application alone:
            </Trans>
          </SecretOnce>
        )
      }}
      onLook={look}
      onClose={onClose}
    >
      <Fields draft={draft} onChange={setDraft} />
    </ActionDialog>
  )
}

function Fields({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { t } = useLingui()
  return (
    <div className="stack">
      <TextField
        label={t`Name`}
        help={<Trans>Which backend it is for.</Trans>}
        value={draft.name}
        onChange={(name) => onChange({ ...draft, name })}
        maxLength={100}
        required
      />
      <PermissionChoice
        permissions={draft.permissions}
        onChange={(permissions) => onChange({ ...draft, permissions })}
      />
      <TextField
        label={t`Networks`}
        help={<Trans>Addresses and CIDR ranges that it may be used from. Empty: from anywhere.</Trans>}
        placeholder="203.0.113.0/24, 2001:db8::/32"
        value={draft.networks}
        onChange={(networks) => onChange({ ...draft, networks })}
      />
      <TextField
        label={t`Last day`}
        help={<Trans>Empty: it does not end by itself.</Trans>}
        type="date"
        value={draft.lastDay}
        onChange={(lastDay) => onChange({ ...draft, lastDay })}
      />
    </div>
  )
}
