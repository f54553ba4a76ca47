import { Trans } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { SAMLConnection } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { CompanyForm } from './company-form.tsx'
import { Remove } from './remove.tsx'
import { Several } from './several.tsx'

const SHOWN = ['listSAMLConnections', 'listFindings'] as const

/** Logins by a company’s own identity provider. */
export function Companies() {
  const appID = useParam('appID')
  const { data, error, refetch } = useRead('listSAMLConnections', { path: { appID } })
  return (
    <Several
      items={data?.connections.map((connection) => ({
        id: connection.id,
        name: connection.name,
        about: <About {...connection} />,
        connection,
      }))}
      failure={error}
      onRetry={() => refetch()}
      create="createSAMLConnection"
      add={<Trans>Connect a company</Trans>}
      empty={{
        title: <Trans>No company is connected</Trans>,
        text: <Trans>Ask the company for the metadata of its identity provider: an address, or a file.</Trans>,
      }}
      form={(item) => <CompanyForm connection={item?.connection} />}
      removal={({ name, connection }) => (
        <Remove
          operation="deleteSAMLConnection"
          name={name}
          typed={connection.provider_id}
          remove={() =>
            call('deleteSAMLConnection', {
              path: { appID, provider: connection.provider_id, samlConnectionID: connection.id },
            })
          }
          shownBy={SHOWN}
        />
      )}
    />
  )
}

function About({ enabled, behavior, warnings }: SAMLConnection) {
  return (
    <>
      <Badge tone={enabled ? 'good' : 'plain'}>{enabled ? <Trans>on</Trans> : <Trans>off</Trans>}</Badge>{' '}
      {behavior.email_domain_allowlist.join(', ')}
      {warnings.map(({ code, message }) => (
        <p key={code}>
          <Badge tone="warn">{code}</Badge> {message}
        </p>
      ))}
    </>
  )
}
