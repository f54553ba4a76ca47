import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { ScrollRegion } from '../../parts/scroll-region.tsx'
import type { Drawn } from './lines.ts'
import { useNameOf, useStartText } from './names.ts'

interface Props {
  /** What they are of. */
  readonly label: string
  readonly drawn: Drawn
  readonly by: 'hour' | 'day'
}

/** The same as a plot, as numbers; made when somebody opens it. */
export function Numbers(props: Props) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Trans>As numbers</Trans>
      </summary>
      {isOpen && <NumbersTable {...props} />}
    </details>
  )
}

function NumbersTable({ label, drawn: { starts, lines }, by }: Props) {
  const { i18n, t } = useLingui()
  const nameOf = useNameOf()
  const startText = useStartText(by)
  return (
    <ScrollRegion label={t`As numbers: ${label}`}>
      <table className="numbers">
        <thead>
          <tr>
            <th scope="col">{by === 'hour' ? <Trans>Hour</Trans> : <Trans>Day (UTC)</Trans>}</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col">
                {nameOf(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {starts.map((start, at) => (
            <tr key={start}>
              <th scope="row">
                <time dateTime={start}>{startText(start)}</time>
              </th>
              {lines.map(({ name, counts }) => (
                <td key={name}>{i18n.number(counts[at] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              <Trans>In all</Trans>
            </th>
            {lines.map(({ name, total }) => (
              <td key={name}>{i18n.number(total)}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </ScrollRegion>
  )
}
