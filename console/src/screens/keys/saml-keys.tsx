import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import type { SAMLKey } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { Badge } from '../../parts/badge.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Time } from '../../parts/time.tsx'
import { AnnounceSamlKey, SwitchSamlKey } from './saml-key-steps.tsx'

const COLUMNS: readonly Column<SAMLKey>[] = [
  { id: 'generation', header: msg`Number`, cell: ({ generation }) => generation },
  { id: 'state', header: msg`State`, cell: ({ state }) => <State of={state} /> },
  { id: 'created', header: msg`Made`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  { id: 'expires', header: msg`Certificate ends`, cell: ({ expires_at }) => <Time at={expires_at} isInTable /> },
  { id: 'certificate', header: msg`Certificate`, cell: ({ certificate }) => <Certificate pem={certificate} /> },
]

function State({ of: state }: { of: SAMLKey['state'] }) {
  if (state === 'signs')
    return (
      <Badge tone="good">
        <Trans>signs</Trans>
      </Badge>
    )
  return <Badge>{state === 'announced' ? <Trans>announced</Trans> : <Trans>over</Trans>}</Badge>
}

function Certificate({ pem }: { pem: string }) {
  const { t } = useLingui()
  return (
    <details>
      <summary>
        <Trans>Show</Trans>
      </summary>
      <div className="code-block">
        <pre>{pem}</pre>
        <CopyButton text={pem} label={t`Copy the certificate`} />
      </div>
    </details>
  )
}

/** What requests to companies’ identity providers are signed with. */
export function SamlKeys() {
  const { t } = useLingui()
  const { data, error, isFetching, refetch } = useRead('listSAMLKeys', { path: { appID: useParam('appID') } })
  const isAnnounced = data?.saml_keys.some(({ state }) => state === 'announced')
  return (
    <div className="stack">
      <div className="line-above">
        <p className="quiet">
          <Trans>They sign requests to companies’ identity providers, which may hold on to the certificate.</Trans>
        </p>
        {isAnnounced ? (
          <AskingButton key="switch" operation="switchSAMLKey" dialog={(close) => <SwitchSamlKey onClose={close} />}>
            <Trans>Switch over</Trans>
          </AskingButton>
        ) : (
          <AskingButton
            key="announce"
            operation="announceSAMLKey"
            dialog={(close) => <AnnounceSamlKey onClose={close} />}
          >
            <Trans>Announce the next key</Trans>
          </AskingButton>
        )}
      </div>
      <DataTable
        label={t`SAML keys`}
        columns={COLUMNS}
        rows={data?.saml_keys}
        idOf={({ generation }) => String(generation)}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>There is no SAML key yet</Trans>}>
            <Trans>The first one is made with the first SAML connection.</Trans>
          </EmptyState>
        }
      />
    </div>
  )
}
