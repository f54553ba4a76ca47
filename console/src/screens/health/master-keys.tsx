import { Trans, useLingui } from '@lingui/react/macro'
import type { HealthOfMasterKey, HealthResponse } from '../../api/operations.ts'
import { Badge } from '../../parts/badge.tsx'
import { Time } from '../../parts/time.tsx'
import { Card } from './card.tsx'

export function MasterKeys({ of: { counted_at, keys } }: { of: HealthResponse['master_keys'] }) {
  return (
    <Card title={<Trans>Master keys</Trans>}>
      <ul className="plain-list stack">
        {keys.map((key) => (
          <li key={key.id}>
            <code>{key.id}</code> <Given of={key} />
            <Hanging of={key} />
          </li>
        ))}
      </ul>
      {counted_at && (
        <p className="quiet">
          <Trans>
            Counted: <Time at={counted_at} />
          </Trans>
        </p>
      )}
    </Card>
  )
}

function Given({ of: { given } }: { of: HealthOfMasterKey }) {
  const { t } = useLingui()
  const words = { newest: t`seals`, previous: t`opens only`, no: t`missing here` }
  return <Badge tone={given === 'no' ? 'bad' : given === 'newest' ? 'good' : 'plain'}>{words[given]}</Badge>
}

function Hanging({ of: { sealed, sessions, may_go } }: { of: HealthOfMasterKey }) {
  if (sealed === null || sessions === null) return null
  return (
    <p className="quiet">
      <Trans>
        {sealed} values and {sessions} sessions hang on it.
      </Trans>{' '}
      {may_go && <Trans>It may be taken out of the configuration.</Trans>}
    </p>
  )
}
