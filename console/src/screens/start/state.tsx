import { Plural, Trans } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import type { Finding } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { Waiting } from '../../parts/waiting.tsx'

const ORDER = { fault: 0, hint: 1, ok: 2 } as const

/** One sentence of how the application is: all is well, or the worst that is not; behind it, everything that was looked at. */
export function State() {
  const { data, error, refetch } = useRead('listFindings', { path: { appID: useParam('appID') } })
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  const findings = data.findings.toSorted((a, b) => ORDER[a.level] - ORDER[b.level])
  const [worst] = findings
  return (
    <div className="stack">
      {worst && worst.level !== 'ok' ? <Worst finding={worst} /> : <AllIsWell />}
      <details>
        <summary>
          <Plural value={findings.length} one="# thing was looked at" other="# things were looked at" />
        </summary>
        <ul className="plain-list lines">
          {findings.map((finding) => (
            <li key={`${finding.topic} ${finding.what}`} className="line">
              <Told finding={finding} />
            </li>
          ))}
        </ul>
      </details>
    </div>
  )
}

function AllIsWell() {
  return (
    <p className="note note-good">
      <strong>
        <Trans>All is well.</Trans>
      </strong>
    </p>
  )
}

function Worst({ finding: { level, topic, what, mend } }: { finding: Finding }) {
  return (
    <div className={level === 'fault' ? 'note note-error' : 'note note-warn'}>
      <p>
        <strong>
          {topic}: {what}
        </strong>
      </p>
      {mend && <p>{mend}</p>}
      <Repair topic={topic} />
    </div>
  )
}

function Told({ finding: { level, topic, what, mend } }: { finding: Finding }) {
  return (
    <div className="told">
      <Level level={level} />
      <div>
        <p>
          {topic}: {what}
        </p>
        {mend && <p className="quiet">{mend}</p>}
        {level !== 'ok' && <Repair topic={topic} />}
      </div>
    </div>
  )
}

/** Leads to where it is mended, as far as the console can. */
function Repair({ topic }: Pick<Finding, 'topic'>) {
  const appID = useParam('appID')
  const [webhookID] = /web_\w+$/.exec(topic) ?? []
  if (!webhookID) return null
  return (
    <ScreenLink to="/apps/$appID/webhooks/$webhookID" params={{ appID, webhookID }}>
      <Trans>To the webhook</Trans>
    </ScreenLink>
  )
}

function Level({ level }: Pick<Finding, 'level'>) {
  if (level === 'ok') {
    return (
      <Badge tone="good">
        <Trans>well</Trans>
      </Badge>
    )
  }
  return level === 'hint' ? (
    <Badge tone="warn">
      <Trans>hint</Trans>
    </Badge>
  ) : (
    <Badge tone="bad">
      <Trans>fault</Trans>
    </Badge>
  )
}
