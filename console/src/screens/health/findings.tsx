import { Trans } from '@lingui/react/macro'
import type { Finding } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'

const ORDER = { fault: 0, hint: 1, ok: 2 } as const

/** What `antiphon doctor` says of the instance: the worst first. */
export function Findings() {
  const { data, error, refetch } = useRead('listInstanceFindings', {})
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  const findings = data.findings.toSorted((a, b) => ORDER[a.level] - ORDER[b.level])
  return (
    <ul className="plain-list lines">
      {findings.map((finding) => (
        <li key={`${finding.topic} ${finding.what}`} className="line">
          <div>
            <strong>{finding.topic}</strong>
            <p>{finding.what}</p>
            {finding.mend && <p className="quiet">{finding.mend}</p>}
          </div>
          <Level of={finding.level} />
        </li>
      ))}
    </ul>
  )
}

function Level({ of: level }: { of: Finding['level'] }) {
  if (level === 'ok')
    return (
      <Badge tone="good">
        <Trans>well</Trans>
      </Badge>
    )
  if (level === 'hint')
    return (
      <Badge tone="warn">
        <Trans>hint</Trans>
      </Badge>
    )
  return (
    <Badge tone="bad">
      <Trans>fault</Trans>
    </Badge>
  )
}
