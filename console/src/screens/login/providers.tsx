import schema from 'virtual:schema/OAuthLoginConfigInput'
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam, useSearchState } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { OAuthLoginConfig, OAuthLoginConfigInput } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { ConfigForm } from '../../parts/config-form.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { NameField } from './name-field.tsx'
import { Remove } from './remove.tsx'
import { Several } from './several.tsx'

const SHOWN = ['listLoginOAuthConfigs', 'listFindings'] as const
const USUAL = ['google', 'apple', 'microsoft', 'github', 'okta', 'facebook']

const idOf = ({ provider_id, connection_id }: OAuthLoginConfig) =>
  connection_id ? `${provider_id}/${connection_id}` : provider_id

/** Logins by an account at a provider. */
export function Providers() {
  const appID = useParam('appID')
  const { data, error, refetch } = useRead('listLoginOAuthConfigs', { path: { appID } })
  return (
    <Several
      items={data?.configs.map((config) => ({
        id: idOf(config),
        name: idOf(config),
        about: <About {...config} />,
        config,
      }))}
      failure={error}
      onRetry={() => refetch()}
      create="createLoginOAuthConfig"
      add={<Trans>Add a provider</Trans>}
      empty={{
        title: <Trans>No provider is set up</Trans>,
        text: (
          <Trans>
            Make a client at Google, Apple, Microsoft or any OpenID provider first; then put its id in here.
          </Trans>
        ),
      }}
      form={(item) => <ProviderForm config={item?.config} />}
      removal={({ name, config }) => (
        <Remove
          operation={config.connection_id ? 'deleteOAuthConnection' : 'deleteLoginOAuthConfig'}
          name={name}
          remove={() => remove(appID, config)}
          shownBy={SHOWN}
        />
      )}
    />
  )
}

function remove(appID: string, { provider_id: provider, connection_id: connectionID }: OAuthLoginConfig) {
  return connectionID
    ? call('deleteOAuthConnection', { path: { appID, provider, connectionID } })
    : call('deleteLoginOAuthConfig', { path: { appID, provider } })
}

function About({ enabled, redirect_uri }: OAuthLoginConfig) {
  return (
    <>
      <Badge tone={enabled ? 'good' : 'plain'}>{enabled ? <Trans>on</Trans> : <Trans>off</Trans>}</Badge>{' '}
      <Trans>Redirect URI to register there:</Trans> <code>{redirect_uri}</code> <CopyButton text={redirect_uri} />
    </>
  )
}

function ProviderForm({ config }: { config: OAuthLoginConfig | undefined }) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { change } = useSearchState()
  const [name, setName] = useState('')
  const save = async (body: OAuthLoginConfigInput) => {
    if (!config) {
      const made = await call('createLoginOAuthConfig', { path: { appID, provider: name }, body })
      return change({ edit: idOf(made.config) })
    }
    const { provider_id: provider, connection_id: connectionID } = config
    return connectionID
      ? await call('updateOAuthConnection', { path: { appID, provider, connectionID }, body })
      : await call('updateLoginOAuthConfig', { path: { appID, provider }, body })
  }
  return (
    <div className="stack">
      {config ? (
        <p className="quiet">
          <About {...config} />
        </p>
      ) : (
        <NameField
          label={t`Provider`}
          help={t`A known one, or a name of your own for any OpenID provider. It stands in addresses.`}
          value={name}
          usual={USUAL}
          onChange={setName}
        />
      )}
      <ConfigForm
        schema={schema}
        kept={config}
        create="createLoginOAuthConfig"
        update="updateLoginOAuthConfig"
        shownBy={SHOWN}
        save={(draft) => save(draft as unknown as OAuthLoginConfigInput)}
      />
    </div>
  )
}
