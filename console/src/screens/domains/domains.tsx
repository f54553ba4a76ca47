import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { AddDomain } from './add-domain.tsx'
import { DomainCard } from './domain-card.tsx'

const EVERY_MS = 10_000

export default function Domains() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { data, error, refetch } = useRead('listDomains', { path }, { everyMs: EVERY_MS })
  return (
    <div className="stack">
      <ScreenHead title={t`Domains`} requests={[requestOf('listDomains', { path })]} />
      <p className="quiet">
        <Trans>A name of your own that your apps reach the login at. It counts once DNS shows that it is yours.</Trans>
      </p>
      <AddDomain />
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {data?.domains.length === 0 && (
        <EmptyState title={<Trans>There is no domain yet</Trans>}>
          <Trans>Name one above, such as login.your-shop.com: then you are told which records to set.</Trans>
        </EmptyState>
      )}
      {data?.domains.map((domain) => (
        <DomainCard key={domain.id} domain={domain} />
      ))}
    </div>
  )
}
