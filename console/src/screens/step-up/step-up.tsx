import schema from 'virtual:schema/StepUpConfigInput'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call, requestOf } from '../../api/call.ts'
import type { StepUpConfigInput } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { ConfigForm } from '../../parts/config-form.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { RemoveConfig } from '../../parts/remove-config.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Waiting } from '../../parts/waiting.tsx'

const SHOWN = ['getStepUpConfig', 'listScopes', 'listFindings'] as const

export default function StepUp() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { data, error, refetch } = useRead('getStepUpConfig', { path })
  const isNone = error?.code === 'not_found'
  const kept = isNone ? undefined : data?.config
  const save = (body: StepUpConfigInput) => call(kept ? 'updateStepUpConfig' : 'createStepUpConfig', { path, body })
  return (
    <div className="stack">
      <ScreenHead title={t`Step-up`} requests={[requestOf('getStepUpConfig', { path })]}>
        {kept && <Remove />}
      </ScreenHead>
      <p className="quiet">
        <Trans>
          Scopes that a session gets for a while, once the user has proven more: for a payment, or a new password.
        </Trans>
      </p>
      {error && !isNone && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {isNone && (
        <p className="note">
          <Trans>Nothing is configured: nobody gets a scope by step-up. Name your steps and the scopes first.</Trans>
        </p>
      )}
      {(kept || isNone) && (
        <ConfigForm
          schema={schema}
          kept={kept}
          initial={{ step_keys: [], allowed_scopes: [] }}
          create="createStepUpConfig"
          update="updateStepUpConfig"
          shownBy={SHOWN}
          save={(draft) => save({ step_keys: [], allowed_scopes: [], ...draft })}
        />
      )}
    </div>
  )
}

function Remove() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  return (
    <RemoveConfig
      operation="deleteStepUpConfig"
      title={t`Delete the configuration`}
      typed={path.appID}
      undo={t`To undo it, configure it again.`}
      remove={() => call('deleteStepUpConfig', { path })}
      shownBy={SHOWN}
    >
      <Trans>Nobody gets a scope by step-up any more. Scopes that were given stay until they end.</Trans>
    </RemoveConfig>
  )
}
