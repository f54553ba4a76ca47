import { Trans } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import type { MigrationReport } from '../../api/operations.ts'
import { Button } from '../../parts/button.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'

/** What to do first, where neither a file nor a session has come. */
export function FirstSteps({ report }: { report: MigrationReport }) {
  const appID = useParam('appID')
  const { change } = useSearchState()
  const { exchanged, exchanged_in_grace, refused } = report.sessions
  const hasBegun = report.imports.length > 0 || exchanged + exchanged_in_grace > 0 || Object.keys(refused).length > 0
  if (hasBegun) return null
  return (
    <section className="note stack">
      <h2>
        <Trans>Where to begin</Trans>
      </h2>
      <ol className="first-steps">
        <li>
          <Trans>Bring the users by file, as a trial first.</Trans>{' '}
          <ScreenLink to="/apps/$appID/imports" params={{ appID }}>
            <Trans>Imports</Trans>
          </ScreenLink>
        </li>
        <li>
          <Trans>Say how a session of the old system is recognised.</Trans>{' '}
          <Button kind="quiet" onClick={() => change({ tab: 'configuration' })}>
            <Trans>Configuration</Trans>
          </Button>
        </li>
        <li>
          <Trans>Try a token of each kind that your apps hold. It changes nothing.</Trans>{' '}
          <Button kind="quiet" onClick={() => change({ tab: 'try' })}>
            <Trans>Try a token</Trans>
          </Button>
        </li>
      </ol>
    </section>
  )
}
