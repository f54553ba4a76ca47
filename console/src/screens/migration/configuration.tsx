import schema from 'virtual:schema/MigrationConfigInput'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MigrationConfigInput, MigrationConfigResponse } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { ConfigForm } from '../../parts/config-form.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import type { Draft } from '../../parts/form/schema-form.tsx'
import { RemoveConfig } from '../../parts/remove-config.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'

type Config = MigrationConfigResponse['config']

const SHOWN = ['getMigrationConfig', 'getMigrationReport'] as const

/** How a session of the old system is recognised. */
export function Configuration() {
  const { t } = useLingui()
  const appID = useParam('appID')
  const path = { appID }
  const { data, error, refetch } = useRead('getMigrationConfig', { path })
  const isNone = error?.code === 'not_found'
  if (error && !isNone) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data && !isNone) return <Waiting />
  const config = isNone ? undefined : data?.config
  const save = (draft: Draft) => {
    const body = draft as unknown as MigrationConfigInput
    return call(config ? 'updateMigrationConfig' : 'createMigrationConfig', { path, body })
  }
  return (
    <div className="stack">
      {config ? <State config={config} /> : <Nothing />}
      <ConfigForm
        schema={schema}
        kept={config}
        initial={{ mode: 'hook' }}
        create="createMigrationConfig"
        update="updateMigrationConfig"
        shownBy={SHOWN}
        save={save}
        said={t`Saved. Try a token next.`}
        labels={{ mode: t`How`, session_validation_url: t`Address of your hook`, preset: t`Which system it is` }}
      />
    </div>
  )
}

function Nothing() {
  return (
    <p className="note">
      <Trans>
        Nothing is configured: legacy sessions are refused. Name a hook of yours that is asked about each token, or
        choose jwt where the old system signs its tokens.
      </Trans>
    </p>
  )
}

function State({ config }: { config: Config }) {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  return (
    <div className="lines">
      <div className="line">
        <span>
          <Trans>
            Changed last <Time at={config.updated_at} />
          </Trans>
        </span>
        <div className="buttons">
          {config.mode === 'jwt' && <KeepKeys />}
          <RemoveConfig
            operation="deleteMigrationConfig"
            title={t`Delete the configuration`}
            typed={path.appID}
            undo={t`To undo it, configure it again.`}
            remove={() => call('deleteMigrationConfig', { path })}
            shownBy={SHOWN}
          >
            <Trans>Legacy sessions are refused from then on: whoever has not come over has to log in.</Trans>
          </RemoveConfig>
        </div>
      </div>
      {config.kept_keys?.map((kept) => (
        <KeptKeys key={kept.jwks_url} {...kept} />
      ))}
    </div>
  )
}

function KeptKeys({ jwks_url, kept_at, keys }: NonNullable<Config['kept_keys']>[number]) {
  const from = <bdi>{jwks_url}</bdi>
  return (
    <p className="line">
      <Trans>
        {keys} keys of {from} are kept since <Time at={kept_at} />.
      </Trans>
    </p>
  )
}

function KeepKeys() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  return (
    <ActButton
      operation="keepMigrationKeys"
      label={<Trans>Keep the issuer’s keys</Trans>}
      title={t`Keep the issuer’s keys`}
      verb={t`Keep them`}
      undo={t`To undo it, save the configuration without an end.`}
      act={async () => {
        const { kept_keys } = await call('keepMigrationKeys', { path })
        return t`Keys of ${kept_keys.length} issuers are kept.`
      }}
      shownBy={SHOWN}
    >
      <Trans>Tokens are taken after the old system is gone, until the day that cut_over_at names.</Trans>
    </ActButton>
  )
}
