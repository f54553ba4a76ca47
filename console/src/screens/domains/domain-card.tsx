import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { Domain } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { useAction } from '../../parts/action.ts'
import { Badge } from '../../parts/badge.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { Card } from '../../parts/card.tsx'
import { Time } from '../../parts/time.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { Checks } from './checks.tsx'
import { Records } from './records.tsx'

const TONES = { pending_dns: 'warn', verifying: 'warn', issuing: 'warn', active: 'good', failed: 'bad' } as const

/** A domain: what to set, what DNS answers now, and since when something is wrong. */
export function DomainCard({ domain }: { domain: Domain }) {
  const { failing_since, free_at } = domain
  return (
    <Card
      title={domain.domain}
      state={<Status status={domain.status} />}
      action={
        <div className="buttons">
          <Verify domain={domain} />
          <Remove domain={domain} />
        </div>
      }
    >
      <div className="stack">
        {failing_since && (
          <p className="note note-error">
            <Trans>
              Not proven since <Time at={failing_since} />.
            </Trans>{' '}
            {free_at && (
              <Trans>
                From <Time at={free_at} /> on, others may claim the name.
              </Trans>
            )}
          </p>
        )}
        <Records domain={domain} />
        <Checks checks={domain.checks} />
      </div>
    </Card>
  )
}

function Status({ status }: Pick<Domain, 'status'>) {
  const { t } = useLingui()
  const words: Record<Domain['status'], string> = {
    pending_dns: t`waits for DNS`,
    verifying: t`being checked`,
    issuing: t`waits for its certificate`,
    active: t`works`,
    failed: t`failed`,
  }
  return <Badge tone={TONES[status]}>{words[status]}</Badge>
}

function Verify({ domain }: { domain: Domain }) {
  const path = { appID: useParam('appID'), domainID: domain.id }
  const refresh = useRefresh()
  const { state, run } = useAction(async () => {
    const { status } = (await call('verifyDomain', { path })).domain
    await refresh('listDomains')
    return status
  })
  return (
    <>
      <OperationButton operation="verifyDomain" kind="primary" isBusy={state.kind === 'doing'} onClick={run}>
        <Trans>Check now</Trans>
      </OperationButton>
      <Trouble state={state} isReading />
      <span role="status">{state.kind === 'done' && <Status status={state.said} />}</span>
    </>
  )
}

function Remove({ domain }: { domain: Domain }) {
  const { t } = useLingui()
  const path = { appID: useParam('appID'), domainID: domain.id }
  return (
    <ActButton
      operation="deleteDomain"
      kind="danger"
      label={<Trans>Delete</Trans>}
      name={domain.domain}
      title={t`Delete ${domain.domain}`}
      verb={t`Delete`}
      isDangerous
      typed={domain.domain}
      undo={t`To undo it, add it again. Whoever was logged in at it may have to log in again.`}
      act={async () => {
        await call('deleteDomain', { path })
        return t`It is deleted.`
      }}
      shownBy={['listDomains']}
    >
      <Trans>
        Nobody reaches the login at this name any more, and others may claim it. Take its records out of DNS.
      </Trans>
    </ActButton>
  )
}
