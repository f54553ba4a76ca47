import { Trans, useLingui } from '@lingui/react/macro'
import { lazy, Suspense } from 'react'
import { useParam } from '../../address.ts'
import type { MigrationReport, MigrationReportResponse } from '../../api/operations.ts'
import { Counts } from '../../parts/counts.tsx'
import { Fact } from '../../parts/fact.tsx'
import { ImportStatus } from '../../parts/import-status.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Days } from './days.tsx'
import { useWayName } from './ways.ts'

const Plot = lazy(() => import('./plot.tsx'))

/** Who is here, how they came, and how fast. */
export function Overview({ shown }: { shown: MigrationReportResponse }) {
  const { report, days } = shown
  return (
    <div className="stack">
      <Numbers report={report} />
      <section className="stack">
        <h2>
          <Trans>Day by day</Trans>
        </h2>
        <Suspense fallback={<Waiting />}>
          <Plot days={days} />
        </Suspense>
        <Days days={days} />
      </section>
      <Ways report={report} />
      <Imports imports={report.imports} />
    </div>
  )
}

function Numbers({ report }: { report: MigrationReport }) {
  const { t, i18n } = useLingui()
  const { total, here, not_yet_here, idle_30_days, blocked, signed_up_here } = report.users
  const facts = [
    { id: 'total', name: t`In the old system`, count: total },
    { id: 'here', name: t`Here`, count: here },
    { id: 'not', name: t`Not yet here`, count: not_yet_here },
    { id: 'idle', name: t`Here, not seen for 30 days`, count: idle_30_days },
    { id: 'blocked', name: t`Blocked, not here`, count: blocked },
    { id: 'new', name: t`Signed up here`, count: signed_up_here },
  ]
  return (
    <dl className="facts figures">
      {facts.map(({ id, name, count }) => (
        <Fact key={id} name={name}>
          {count === undefined ? <Trans>not known</Trans> : i18n.number(count)}
        </Fact>
      ))}
    </dl>
  )
}

function Ways({ report }: { report: MigrationReport }) {
  const { t } = useLingui()
  const nameOf = useWayName()
  const { users, sessions } = report
  const ways = Object.fromEntries(Object.keys(users.by_way).map((way) => [way, nameOf(way)]))
  const { exchanged, exchanged_in_grace, refused, unclear } = sessions.last_30_days
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, one) => total + one, 0)
  const lately = { exchanged, exchanged_in_grace, refused: sum(refused), unclear: sum(unclear) }
  const outcomes = {
    exchanged: t`exchanged`,
    exchanged_in_grace: t`exchanged in grace`,
    refused: t`refused`,
    unclear: t`unclear, to be tried again`,
  }
  return (
    <div className="columns">
      <Counts title={t`By which way they came in first`} counts={users.by_way} words={ways} total={users.here} />
      <Counts title={t`Sessions brought in 30 days`} counts={lately} words={outcomes} />
      <Counts title={t`Unclear in 30 days, by reason`} counts={unclear} words={{}} />
    </div>
  )
}

function Imports({ imports }: Pick<MigrationReport, 'imports'>) {
  const appID = useParam('appID')
  if (imports.length === 0) return null
  return (
    <section className="stack">
      <h2>
        <Trans>Imports</Trans>
      </h2>
      <ul className="plain-list lines">
        {imports.map(({ id, source, status, lines }) => (
          <li key={id} className="line">
            <ScreenLink to="/apps/$appID/imports/$importID" params={{ appID, importID: id }}>
              <bdi>{source}</bdi>
            </ScreenLink>
            <span>
              <Trans>{lines} lines</Trans> <ImportStatus status={status as 'completed'} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
