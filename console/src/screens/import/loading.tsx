import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { Import } from '../../api/operations.ts'
import { Progress } from '../../parts/progress.tsx'

/** How far an import is that is under way. */
export function Loading({ shown }: { shown: Import }) {
  const { t } = useLingui()
  const { status, progress } = shown
  if (status === 'rolling_back') return <Progress label={t`Rolling back`} done={0} total={undefined} />
  if (status !== 'loading' && status !== 'paused') return null
  const { lines, lines_per_second, seconds_left, loaded_bytes, received_bytes } = progress
  return (
    <div className="stack">
      <Progress label={status === 'paused' ? t`Paused` : t`Loading`} done={loaded_bytes} total={received_bytes || 1} />
      <p role="status">
        <Plural value={lines} one="# line is done." other="# lines are done." />{' '}
        {lines_per_second !== undefined && <Trans>{lines_per_second} a second.</Trans>}{' '}
        {seconds_left !== undefined && (
          <Plural value={seconds_left} one="# second is left." other="# seconds are left." />
        )}
      </p>
    </div>
  )
}
