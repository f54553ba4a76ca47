import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'
import type { MigrationDays } from '../../api/operations.ts'
import { dayText } from './days.tsx'
import { draw, type Picture } from './draw.ts'

/** Who has come and who has not, by the end of each day. Whoever does not see it is told the ends; the numbers stand below. */
export default function Plot({ days }: { days: MigrationDays }) {
  const { t, i18n } = useLingui()
  const host = useRef<HTMLDivElement>(null)
  const { starts, here_by_way, not_yet_here } = days
  const here = starts.map((_, place) =>
    Object.values(here_by_way).reduce((sum, counts) => sum + (counts[place] ?? 0), 0),
  )
  const shown: Picture = {
    locale: i18n.locale,
    texts: starts.map((start) => dayText(start, i18n.locale)),
    here,
    left: not_yet_here ?? [],
  }
  // As a text, so that the same is not drawn anew.
  const picture = JSON.stringify(shown)
  useEffect(() => (host.current ? draw(host.current, JSON.parse(picture) as Picture) : undefined), [picture])
  const [hereNow, leftNow] = [here.at(-1) ?? 0, not_yet_here?.at(-1)]
  const label =
    leftNow === undefined
      ? t`By the last day ${hereNow} had come.`
      : t`By the last day ${hereNow} had come, and ${leftNow} had not.`
  return (
    <div className="stack">
      <div ref={host} className="burn-plot" role="img" aria-label={label} />
      <ul className="plain-list legend">
        <li className="burn-here">
          <Trans>here</Trans>
        </li>
        {not_yet_here && (
          <li className="burn-left">
            <Trans>not yet here</Trans>
          </li>
        )}
      </ul>
    </div>
  )
}
