import { Trans, useLingui } from '@lingui/react/macro'
import type { Drawn } from './lines.ts'
import { useNameOf, useStartText } from './names.ts'

interface Props {
  readonly drawn: Drawn
  readonly by: 'hour' | 'day'
  /** The span under the pointer; without it, the whole time is told. */
  readonly pointed: number | undefined
}

/** What each colour is, with its count. */
export function Legend({ drawn: { starts, lines }, by, pointed }: Props) {
  const { i18n } = useLingui()
  const nameOf = useNameOf()
  const startText = useStartText(by)
  const start = pointed === undefined ? undefined : starts[pointed]
  return (
    <ul className="legend plain-list">
      {lines.map(({ name, total, counts }, place) => (
        <li key={name}>
          <span className={`swatch series-${place}`} aria-hidden="true" /> {nameOf(name)}{' '}
          <strong>{i18n.number(pointed === undefined ? total : (counts[pointed] ?? 0))}</strong>
        </li>
      ))}
      <li className="quiet">{start === undefined ? <Trans>in all</Trans> : startText(start)}</li>
    </ul>
  )
}
