import { Trans, useLingui } from '@lingui/react/macro'
import type { MigrationDays } from '../../api/operations.ts'
import { ScrollRegion } from '../../parts/scroll-region.tsx'
import { useWayName } from './ways.ts'

/** A day, UTC, as the reader’s language writes it. */
export const dayText = (start: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(start))

/** The numbers of the plot as a table. */
export function Days({ days }: { days: MigrationDays }) {
  const { t, i18n } = useLingui()
  const nameOf = useWayName()
  const { starts, here_by_way, not_yet_here } = days
  const ways = Object.keys(here_by_way)
  const rows = starts.map((start, place) => ({ start, place })).toReversed()
  return (
    <details>
      <summary>
        <Trans>The numbers as a table</Trans>
      </summary>
      <ScrollRegion label={t`Day by day`}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Day (UTC)</Trans>
              </th>
              {ways.map((way) => (
                <th key={way} scope="col">
                  {nameOf(way)}
                </th>
              ))}
              {not_yet_here && (
                <th scope="col">
                  <Trans>not yet here</Trans>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ start, place }) => (
              <tr key={start}>
                <td>{dayText(start, i18n.locale)}</td>
                {ways.map((way) => (
                  <td key={way}>{i18n.number(here_by_way[way]?.[place] ?? 0)}</td>
                ))}
                {not_yet_here && <td>{i18n.number(not_yet_here[place] ?? 0)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  )
}
