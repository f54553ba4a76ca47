import schema from 'virtual:schema/ClaimsMappingRequest'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call, requestOf } from '../../api/call.ts'
import type { ClaimsMappingRequest } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { ConfigForm } from '../../parts/config-form.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { RemoveConfig } from '../../parts/remove-config.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Preview } from './preview.tsx'

const SHOWN = ['getClaimsMapping'] as const

/** What a new mapping may begin with. */
const SAMPLE = { mapping: { email: { $input: 'emails', $type: 'string' }, plan: { $custom_claim: 'plan' } } }

export default function Claims() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { data, error, refetch } = useRead('getClaimsMapping', { path })
  const isNone = error?.code === 'not_found'
  const kept = isNone ? undefined : data?.config
  return (
    <div className="stack">
      <ScreenHead title={t`Claims`} requests={[requestOf('getClaimsMapping', { path })]}>
        {kept && <Remove />}
      </ScreenHead>
      <p className="quiet">
        <Trans>
          What access tokens say of a user besides their id. A change holds from the next refresh on, within a minute by
          default.
        </Trans>
      </p>
      {error && !isNone && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {isNone && (
        <p className="note">
          <Trans>Nothing is mapped. Below stands a mapping to begin with: change it, and save it.</Trans>
        </p>
      )}
      {(kept || isNone) && (
        <ConfigForm
          schema={schema}
          kept={kept}
          initial={SAMPLE}
          create="createClaimsMapping"
          update="updateClaimsMapping"
          shownBy={SHOWN}
          labels={{ mapping: t`Mapping`, as_profile: t`As cc, too` }}
          save={(draft) =>
            call(kept ? 'updateClaimsMapping' : 'createClaimsMapping', {
              path,
              body: draft as unknown as ClaimsMappingRequest,
            })
          }
        />
      )}
      {kept && <Preview key={kept.version} />}
    </div>
  )
}

function Remove() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  return (
    <RemoveConfig
      operation="deleteClaimsMapping"
      title={t`Delete the mapping`}
      typed={path.appID}
      undo={t`To undo it, save it again: copy it first.`}
      remove={() => call('deleteClaimsMapping', { path })}
      shownBy={SHOWN}
    >
      <Trans>Access tokens say none of it any more, from the next refresh on.</Trans>
    </RemoveConfig>
  )
}
