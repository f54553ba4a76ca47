import schema from 'virtual:schema/OtpLoginConfigInput'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { OtpLoginConfig, OtpLoginConfigInput } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { ConfigForm } from '../../parts/config-form.tsx'
import { Remove } from './remove.tsx'
import { Several } from './several.tsx'

const SHOWN = ['listLoginOtpConfigs', 'listFindings'] as const

/** Logins by a code that is sent. */
export function Codes() {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { data, error, refetch } = useRead('listLoginOtpConfigs', { path: { appID } })
  const about = ({ is_default, code_size }: OtpLoginConfig) =>
    is_default ? t`${code_size} digits; used unless another is named` : t`${code_size} digits`
  return (
    <Several
      items={data?.login_configs.map((one) => ({ id: one.id, name: one.channel_type, about: about(one), config: one }))}
      failure={error}
      onRetry={() => refetch()}
      create="createLoginOtpConfig"
      add={<Trans>Add a way to send codes</Trans>}
      empty={{
        title: <Trans>Nobody is sent a code</Trans>,
        text: <Trans>A code by e-mail or SMS logs in and proves the address. Say by what it is sent.</Trans>,
      }}
      form={(item) => <CodesForm config={item?.config} />}
      removal={({ id, name }) => (
        <Remove
          operation="deleteLoginOtpConfig"
          name={name}
          remove={() => call('deleteLoginOtpConfig', { path: { appID, loginConfigID: id } })}
          shownBy={SHOWN}
        />
      )}
    />
  )
}

function CodesForm({ config }: { config: OtpLoginConfig | undefined }) {
  const appID = useParam('appID')
  const { change } = useSearchState()
  return (
    <ConfigForm
      schema={schema}
      kept={config}
      create="createLoginOtpConfig"
      update="updateLoginOtpConfig"
      shownBy={SHOWN}
      save={async (draft) => {
        const body = draft as unknown as OtpLoginConfigInput
        const { login_config } = config
          ? await call('updateLoginOtpConfig', { path: { appID, loginConfigID: config.id }, body })
          : await call('createLoginOtpConfig', { path: { appID }, body })
        if (!config) await change({ edit: login_config.id })
      }}
    />
  )
}
