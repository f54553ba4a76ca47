import { useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { Codes } from './codes.tsx'
import { Companies } from './companies.tsx'
import { Overview } from './overview.tsx'
import { Passkeys } from './passkeys.tsx'
import { Passwords } from './passwords.tsx'
import { Providers } from './providers.tsx'

export default function Login() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const requests = [
    requestOf('listLoginOtpConfigs', { path }),
    requestOf('getLoginPasswordConfig', { path }),
    requestOf('listLoginOAuthConfigs', { path }),
    requestOf('listSAMLConnections', { path }),
    requestOf('getPasskeyConfig', { path }),
  ]
  const tabs = [
    { id: 'overview', label: t`Overview`, content: () => <Overview /> },
    { id: 'codes', label: t`Codes`, content: () => <Codes /> },
    { id: 'passwords', label: t`Passwords`, content: () => <Passwords /> },
    { id: 'providers', label: t`Providers`, content: () => <Providers /> },
    { id: 'companies', label: t`Companies (SAML)`, content: () => <Companies /> },
    { id: 'passkeys', label: t`Passkeys`, content: () => <Passkeys /> },
  ]
  return (
    <div className="stack">
      <ScreenHead title={t`Login`} requests={requests} />
      <Tabs label={t`Ways to log in`} tabs={tabs} />
    </div>
  )
}
