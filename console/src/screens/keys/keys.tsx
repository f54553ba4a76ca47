import { useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { ManagementKeys } from './management-keys.tsx'
import { SamlKeys } from './saml-keys.tsx'
import { SigningKeys } from './signing-keys.tsx'

const SHOWN_BY: Readonly<Record<string, 'listSigningKeys' | 'listSAMLKeys'>> = {
  signing: 'listSigningKeys',
  saml: 'listSAMLKeys',
}

export default function Keys() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { search } = useSearchState()
  const tabs = [
    { id: 'management', label: t`Management keys`, content: () => <ManagementKeys /> },
    { id: 'signing', label: t`Signing keys`, content: () => <SigningKeys /> },
    { id: 'saml', label: t`SAML keys`, content: () => <SamlKeys /> },
  ]
  return (
    <div className="stack">
      <ScreenHead title={t`Keys`} requests={[requestOf(SHOWN_BY[search.tab ?? ''] ?? 'listKeys', { path })]} />
      <Tabs label={t`Kinds of keys`} tabs={tabs} />
    </div>
  )
}
