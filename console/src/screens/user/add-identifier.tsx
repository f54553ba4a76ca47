import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { TextField } from '../../parts/text-field.tsx'
import type { UserPath } from './path.ts'

/** What has an @ is an address; the server judges the rest. */
const typeOf = (value: string) => (value.includes('@') ? 'email_address' : 'phone_number')

export function AddIdentifier({ path, onClose }: { path: UserPath; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const [value, setValue] = useState('')
  const look = () => refresh('getUser', 'listUsers', 'listEvents')
  return (
    <ActionDialog
      title={t`Add an identifier`}
      verb={t`Add`}
      undo={t`To undo it, remove the identifier.`}
      act={async () => {
        const body = { identifier: { type: typeOf(value), value: value.trim() } } as const
        const { identifier } = await call('createIdentifier', { path: { ...path }, body })
        await look()
        return t`Added: ${identifier.value}`
      }}
      onLook={look}
      onClose={onClose}
    >
      <div className="stack">
        <p>
          <Trans>It counts as proven: whoever has it logs in as this user. Make sure whose it is.</Trans>
        </p>
        <TextField
          label={t`E-mail address or phone number`}
          help={<Trans>A number with its country code: +49 …</Trans>}
          value={value}
          onChange={setValue}
          maxLength={320}
          required
        />
      </div>
    </ActionDialog>
  )
}
