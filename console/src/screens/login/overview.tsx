import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { useParam, useSearchState } from '../../address.ts'
import type { Failure } from '../../api/failure.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Findings } from './findings.tsx'

/** Every way to log in: whether it is on, and what is missing. */
export function Overview() {
  return (
    <div className="stack">
      <div className="columns">
        <CodesCard />
        <PasswordsCard />
        <ProvidersCard />
        <CompaniesCard />
        <PasskeysCard />
      </div>
      <Findings />
    </div>
  )
}

function CodesCard() {
  const { t } = useLingui()
  const read = useRead('listLoginOtpConfigs', { path: { appID: useParam('appID') } })
  return (
    <Way read={read} title={t`Codes`} tab="codes" isOn={({ login_configs }) => login_configs.length > 0}>
      {(data) => data.login_configs.map((one) => one.channel_type).join(', ') || <Trans>Nobody is sent a code.</Trans>}
    </Way>
  )
}

function PasswordsCard() {
  const { t } = useLingui()
  const read = useRead('getLoginPasswordConfig', { path: { appID: useParam('appID') } })
  return (
    <Way read={read} title={t`Passwords`} tab="passwords" isOn={({ config }) => config.enabled}>
      {({ config }) =>
        config.sign_up_enabled ? <Trans>Anybody may sign up.</Trans> : <Trans>Nobody signs up by themselves.</Trans>
      }
    </Way>
  )
}

function ProvidersCard() {
  const { t } = useLingui()
  const read = useRead('listLoginOAuthConfigs', { path: { appID: useParam('appID') } })
  return (
    <Way read={read} title={t`Providers`} tab="providers" isOn={({ configs }) => configs.some((one) => one.enabled)}>
      {({ configs }) => configs.map((one) => one.provider_id).join(', ') || <Trans>None is set up.</Trans>}
    </Way>
  )
}

function CompaniesCard() {
  const { t } = useLingui()
  const read = useRead('listSAMLConnections', { path: { appID: useParam('appID') } })
  return (
    <Way
      read={read}
      title={t`Companies (SAML)`}
      tab="companies"
      isOn={({ connections }) => connections.some((one) => one.enabled)}
    >
      {({ connections }) => connections.map((one) => one.name).join(', ') || <Trans>None is connected.</Trans>}
    </Way>
  )
}

function PasskeysCard() {
  const { t } = useLingui()
  const read = useRead('getPasskeyConfig', { path: { appID: useParam('appID') } })
  return (
    <Way read={read} title={t`Passkeys`} tab="passkeys" isOn={({ config }) => config.login_enabled}>
      {({ config }) => (
        <>
          {config.rp_id}
          {!config.login_enabled && (
            <>
              {': '}
              <Trans>they confirm, and do not log in alone.</Trans>
            </>
          )}
        </>
      )}
    </Way>
  )
}

interface WayProps<A extends object> {
  readonly read: {
    readonly data: A | undefined
    readonly error: Failure | null
    readonly refetch: () => unknown
  }
  readonly title: string
  readonly tab: string
  readonly isOn: (answer: A) => boolean
  readonly children: (answer: A) => ReactNode
}

/** One way to log in. */
function Way<A extends object>({ read, title, tab, isOn, children }: WayProps<A>) {
  const { change } = useSearchState()
  const { data, error, refetch } = read
  const isNone = error?.code === 'not_found'
  if (error && !isNone) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data && !isNone) return <Waiting />
  const isSet = data !== undefined && !isNone
  const isWorking = isSet && isOn(data)
  return (
    <Card
      title={title}
      state={<Badge tone={isWorking ? 'good' : 'plain'}>{isWorking ? <Trans>on</Trans> : <Trans>off</Trans>}</Badge>}
      action={
        <div>
          <Button onClick={() => change({ tab })}>{isSet ? <Trans>Change</Trans> : <Trans>Set up</Trans>}</Button>
        </div>
      }
    >
      <p className="quiet">{isSet ? children(data) : <Trans>Not set up.</Trans>}</p>
    </Card>
  )
}
