import schema from 'virtual:schema/PasskeyConfigInput'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { PasskeyConfigInput } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Remove } from './remove.tsx'
import { Single } from './single.tsx'

const SHOWN = ['getPasskeyConfig', 'listFindings'] as const

/** Passkeys, which confirm, and log in where it is on. */
export function Passkeys() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  return (
    <Single
      read={useRead('getPasskeyConfig', { path })}
      about={
        <Trans>
          Passkeys are off. Choose the domain that they are made for once and for all: they sign for no other.
        </Trans>
      }
      removal={
        <Remove
          operation="deletePasskeyConfig"
          name={t`passkeys`}
          remove={() => call('deletePasskeyConfig', { path })}
          shownBy={SHOWN}
        />
      }
      schema={schema}
      create="putPasskeyConfig"
      update="putPasskeyConfig"
      shownBy={SHOWN}
      save={(draft) => call('putPasskeyConfig', { path, body: draft as unknown as PasskeyConfigInput })}
    />
  )
}
