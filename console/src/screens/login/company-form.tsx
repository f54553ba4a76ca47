import change from 'virtual:schema/SAMLConnectionChange'
import input from 'virtual:schema/SAMLConnectionInput'
import { Trans, useLingui } from '@lingui/react/macro'
import { type ReactNode, useState } from 'react'
import { useParam, useSearchState } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { SAMLConnection, SAMLConnectionChange, SAMLConnectionInput } from '../../api/operations.ts'
import { ConfigForm } from '../../parts/config-form.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Fact } from '../../parts/fact.tsx'
import { draftOf, nulled } from '../../parts/form/draft.ts'
import { Time } from '../../parts/time.tsx'
import { NameField } from './name-field.tsx'

const SHOWN = ['listSAMLConnections', 'listFindings'] as const

export function CompanyForm({ connection }: { connection: SAMLConnection | undefined }) {
  return connection ? <Change connection={connection} /> : <Connect />
}

function Connect() {
  const { t } = useLingui()
  const appID = useParam('appID')
  const search = useSearchState()
  const [provider, setProvider] = useState('')
  return (
    <div className="stack">
      <NameField
        label={t`Identity provider`}
        help={t`A short name in lower case. It stands in the addresses that the company is given.`}
        value={provider}
        onChange={setProvider}
      />
      <ConfigForm
        schema={input}
        kept={undefined}
        create="createSAMLConnection"
        update="updateSAMLConnection"
        shownBy={SHOWN}
        save={async (draft) => {
          const body = draft as unknown as SAMLConnectionInput
          const made = await call('createSAMLConnection', { path: { appID, provider }, body })
          search.change({ edit: made.connection.id })
        }}
      />
    </div>
  )
}

function Change({ connection }: { connection: SAMLConnection }) {
  const appID = useParam('appID')
  const path = { appID, provider: connection.provider_id, samlConnectionID: connection.id }
  const before = draftOf(change, connection)
  return (
    <div className="stack">
      <ForTheCompany connection={connection} />
      <ConfigForm
        schema={change}
        kept={connection}
        create="createSAMLConnection"
        update="updateSAMLConnection"
        shownBy={SHOWN}
        save={(draft) =>
          call('updateSAMLConnection', { path, body: nulled(change, before, draft) as SAMLConnectionChange })
        }
      />
    </div>
  )
}

/** What the company puts into its identity provider, and until when its certificates are good. */
function ForTheCompany({ connection: { sp, idp } }: { connection: SAMLConnection }) {
  return (
    <dl className="facts">
      <Copied name={<Trans>Our metadata</Trans>} text={sp.metadata_url} />
      <Copied name={<Trans>Our name (entity ID)</Trans>} text={sp.entity_id} />
      <Copied name={<Trans>Where answers go (ACS)</Trans>} text={sp.acs_url} />
      {idp.certificate_details.map(({ fingerprint, expires_at }) => (
        <Fact key={fingerprint} name={<Trans>Certificate {fingerprint.slice(0, 8)} ends</Trans>}>
          <Time at={expires_at} />
        </Fact>
      ))}
    </dl>
  )
}

function Copied({ name, text }: { name: ReactNode; text: string }) {
  return (
    <Fact name={name}>
      <code>{text}</code> <CopyButton text={text} />
    </Fact>
  )
}
