import { Trans } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import type { Finding } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'

/** What the server finds wrong or missing with the application. */
export function Findings() {
  const { data, error, refetch } = useRead('listFindings', { path: { appID: useParam('appID') } })
  const found = data?.findings.filter(({ level }) => level !== 'ok') ?? []
  return (
    <section className="stack">
      <h2>
        <Trans>What the server finds</Trans>
      </h2>
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {data && found.length === 0 && (
        <p className="quiet">
          <Trans>Nothing is missing.</Trans>
        </p>
      )}
      {found.length > 0 && (
        <ul className="plain-list lines">
          {found.map((one) => (
            <Found key={`${one.topic} ${one.what}`} finding={one} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Found({ finding: { level, topic, what, mend } }: { finding: Finding }) {
  return (
    <li className="line">
      <div>
        <strong>{topic}</strong>: {what}
        {typeof mend === 'string' && <p className="quiet">{mend}</p>}
      </div>
      <Badge tone={level === 'fault' ? 'bad' : 'warn'}>
        {level === 'fault' ? <Trans>fault</Trans> : <Trans>hint</Trans>}
      </Badge>
    </li>
  )
}
