import { msg } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import type { MigrationProgressResponse, MigrationRefusals, MigrationReport } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'

type Refusal = MigrationRefusals['refusals'][number]
type Failure = MigrationProgressResponse['progress']['failures'][number]

const REASONS: readonly Column<Failure>[] = [
  { id: 'reason', header: msg`Reason`, cell: ({ reason }) => <code>{reason}</code> },
  { id: 'count', header: msg`How often`, cell: ({ count }) => String(count) },
  { id: 'last', header: msg`Last`, cell: ({ last_at }) => <Time at={last_at} isInTable /> },
]

const SAMPLES: readonly Column<Refusal>[] = [
  { id: 'reason', header: msg`Reason`, cell: ({ reason }) => <code>{reason}</code> },
  { id: 'at', header: msg`When`, cell: ({ at }) => <Time at={at} isInTable /> },
  { id: 'token', header: msg`What the token looked like`, cell: ({ token }) => <Token token={token} /> },
]

function Token({ token }: Pick<Refusal, 'token'>) {
  const { issuer, subject, algorithm, expired_seconds_ago: ago, characters } = token
  if (token.kind === 'opaque')
    return <Plural value={characters ?? 0} one="no JWT, # character" other="no JWT, # characters" />
  return (
    <>
      <bdi>{issuer ?? <Trans>no issuer</Trans>}</bdi> <bdi>{subject}</bdi> {algorithm}{' '}
      {ago !== undefined && <Plural value={ago} one="over for # second" other="over for # seconds" />}
    </>
  )
}

/** Whom the exchange refused, how often, and what such tokens looked like. */
export function Refusals({ report }: { report: MigrationReport | undefined }) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const samples = useRead('listMigrationRefusals', { path: { appID } })
  return (
    <div className="stack">
      <Progress />
      <h2>
        <Trans>The latest, as far as whoever sent them can be believed</Trans>
      </h2>
      <DataTable
        label={t`Refused tokens`}
        columns={SAMPLES}
        rows={samples.data?.refusals}
        idOf={({ reason, at, token }) => `${reason} ${at} ${token.subject}`}
        failure={samples.error}
        isFetching={samples.isFetching}
        onRetry={() => samples.refetch()}
        empty={
          <EmptyState title={<Trans>Nobody was refused lately</Trans>}>
            {report && report.sessions.exchanged > 0 ? (
              <Trans>A few of each reason are kept for 30 days.</Trans>
            ) : (
              <Trans>Nobody has brought a session yet.</Trans>
            )}
          </EmptyState>
        }
      />
    </div>
  )
}

function Progress() {
  const { t, i18n } = useLingui()
  const appID = useParam('appID')
  const { data, error, isFetching, refetch } = useRead('getMigrationProgress', { path: { appID } })
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  const { users_known, users_migrated, failures } = data.progress
  return (
    <>
      <dl className="facts figures">
        <Fact name={<Trans>Known of the old system</Trans>}>{i18n.number(users_known)}</Fact>
        <Fact name={<Trans>Came over</Trans>}>{i18n.number(users_migrated)}</Fact>
      </dl>
      {failures.length > 0 && (
        <DataTable
          label={t`Refused, by reason`}
          columns={REASONS}
          rows={failures}
          idOf={({ reason }) => reason}
          failure={null}
          isFetching={isFetching}
          onRetry={() => refetch()}
          empty={null}
        />
      )}
    </>
  )
}
