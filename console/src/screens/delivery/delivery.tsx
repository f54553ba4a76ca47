import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import type { WebhookDeliveryResponse } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { DeliveryStatus } from '../../parts/delivery-status.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Fact } from '../../parts/fact.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { Time } from '../../parts/time.tsx'
import { UserLink } from '../../parts/user-link.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Body, usersIn } from './body.tsx'
import { Log } from './log.tsx'
import { Replay } from './replay.tsx'

export type Shown = WebhookDeliveryResponse['delivery']

export default function Delivery() {
  const { t } = useLingui()
  const path = { appID: useParam('appID'), webhookID: useParam('webhookID'), deliveryID: useParam('deliveryID') }
  const { data, error, refetch } = useRead('getWebhookDelivery', { path })
  return (
    <div className="stack">
      <ScreenHead title={t`Delivery`} requests={[requestOf('getWebhookDelivery', { path })]}>
        <Replay path={path} />
      </ScreenHead>
      <p className="id-line">
        <code>{path.deliveryID}</code> <CopyButton text={path.deliveryID} />
      </p>
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!error && (data ? <Told delivery={data.delivery} /> : <Waiting />)}
      <p>
        <ScreenLink to="/apps/$appID/webhooks/$webhookID" params={path} search={{ tab: 'deliveries' } as never}>
          <Trans>All deliveries of the webhook</Trans>
        </ScreenLink>
      </p>
    </div>
  )
}

function Told({ delivery }: { delivery: Shown }) {
  return (
    <>
      <Facts delivery={delivery} />
      <section className="stack">
        <h2>
          <Trans>Tries</Trans>
        </h2>
        <Log tries={delivery.log} />
      </section>
      <Body body={delivery.body} />
    </>
  )
}

function Facts({ delivery }: { delivery: Shown }) {
  const { status, events, tries, created_at, done_at, next_try_at, replayed, body } = delivery
  const users = usersIn(body)
  return (
    <dl className="facts">
      <Fact name={<Trans>Status</Trans>}>
        <DeliveryStatus status={status} />
      </Fact>
      <Fact name={<Trans>Tries</Trans>}>{tries}</Fact>
      <Fact name={<Trans>Made</Trans>}>
        <Time at={created_at} />
      </Fact>
      {done_at && (
        <Fact name={<Trans>Over since</Trans>}>
          <Time at={done_at} />
        </Fact>
      )}
      {next_try_at && (
        <Fact name={<Trans>Tried again</Trans>}>
          <Time at={next_try_at} />
        </Fact>
      )}
      <Fact name={<Trans>Replayed</Trans>}>{replayed ? <Trans>yes</Trans> : <Trans>no</Trans>}</Fact>
      <Fact name={<Trans>Events</Trans>}>
        <ul className="plain-list">
          {events.map(({ id, type, sequence }) => (
            <li key={id}>
              {sequence}. <code>{type}</code> <code className="quiet">{id}</code>
            </li>
          ))}
        </ul>
      </Fact>
      {users.length > 0 && (
        <Fact name={<Trans>Users</Trans>}>
          <ul className="plain-list">
            {users.map((id) => (
              <li key={id}>
                <UserLink id={id} />
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </dl>
  )
}
