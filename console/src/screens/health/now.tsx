import { Plural, Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { HealthResponse } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Card } from './card.tsx'
import { MasterKeys } from './master-keys.tsx'

const EVERY_MS = 15_000

/** How the instance does, asked again while somebody looks. */
export function Now() {
  const { data, error, refetch } = useRead('getHealth', {}, { everyMs: EVERY_MS })
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  return (
    <div className="cards">
      <Versions health={data} />
      <Database of={data.database} />
      <Jobs of={data.jobs} />
      <Clock of={data.clock} />
      <Certificate of={data.certificate} />
      <MasterKeys of={data.master_keys} />
    </div>
  )
}

function Versions({ health: { version, node, processes } }: { health: HealthResponse }) {
  return (
    <Card title={<Trans>Versions</Trans>}>
      <dl className="stack">
        <Fact name="Antiphon">{version}</Fact>
        <Fact name="Node.js">{node}</Fact>
        <Fact name={<Trans>Processes</Trans>}>{processes ?? <Trans>one, alone</Trans>}</Fact>
      </dl>
    </Card>
  )
}

function Database({ of: { kind, writable, pending_migrations } }: { of: HealthResponse['database'] }) {
  return (
    <Card title={<Trans>Database</Trans>}>
      <dl className="stack">
        <Fact name={<Trans>Kind</Trans>}>{kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}</Fact>
        <Fact name={<Trans>Writing</Trans>}>
          {writable ? (
            <Good>
              <Trans>possible</Trans>
            </Good>
          ) : (
            <Bad>
              <Trans>refused</Trans>
            </Bad>
          )}
        </Fact>
        <Fact name={<Trans>Migrations</Trans>}>
          {pending_migrations.length === 0 ? (
            <Good>
              <Trans>all done</Trans>
            </Good>
          ) : (
            <Bad>{pending_migrations.join(', ')}</Bad>
          )}
        </Fact>
      </dl>
    </Card>
  )
}

function Jobs({ of: { waiting, oldest_waiting_since, parked } }: { of: HealthResponse['jobs'] }) {
  return (
    <Card title={<Trans>Jobs</Trans>}>
      <dl className="stack">
        <Fact name={<Trans>Waiting</Trans>}>{waiting}</Fact>
        {oldest_waiting_since && (
          <Fact name={<Trans>The oldest waits since</Trans>}>
            <Time at={oldest_waiting_since} />
          </Fact>
        )}
        <Fact name={<Trans>Given up</Trans>}>
          {parked === 0 ? (
            <Good>
              <Trans>none</Trans>
            </Good>
          ) : (
            <Bad>{parked}</Bad>
          )}
        </Fact>
      </dl>
    </Card>
  )
}

function Clock({ of: { skew_ms, believed } }: { of: HealthResponse['clock'] }) {
  return (
    <Card title={<Trans>Clock</Trans>}>
      <dl className="stack">
        <Fact name={<Trans>Against the database</Trans>}>
          {skew_ms === null ? <Trans>the same clock</Trans> : `${skew_ms} ms`}
        </Fact>
        <Fact name={<Trans>The process goes by its own</Trans>}>
          {believed ? (
            <Good>
              <Trans>yes</Trans>
            </Good>
          ) : (
            <Bad>
              <Trans>no, it is not believed</Trans>
            </Bad>
          )}
        </Fact>
      </dl>
    </Card>
  )
}

const DAY_MS = 86_400_000
const SOON_DAYS = 21

function Certificate({ of: certificate }: { of: HealthResponse['certificate'] }) {
  if (!certificate) {
    return (
      <Card title={<Trans>Certificate</Trans>}>
        <p className="quiet">
          <Trans>None: TLS ends before this server.</Trans>
        </p>
      </Card>
    )
  }
  const days = Math.floor((Date.parse(certificate.not_after) - Date.now()) / DAY_MS)
  const left = <Plural value={days} one="# day left" other="# days left" />
  return (
    <Card title={<Trans>Certificate</Trans>}>
      <dl className="stack">
        <Fact name={<Trans>Ends</Trans>}>
          <Time at={certificate.not_after} /> {days < SOON_DAYS ? <Bad>{left}</Bad> : <Good>{left}</Good>}
        </Fact>
        <Fact name={<Trans>Names</Trans>}>{certificate.names.join(', ')}</Fact>
      </dl>
    </Card>
  )
}

const Good = ({ children }: { children: ReactNode }) => <Badge tone="good">{children}</Badge>
const Bad = ({ children }: { children: ReactNode }) => <Badge tone="bad">{children}</Badge>
