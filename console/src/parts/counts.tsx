import { Trans, useLingui } from '@lingui/react/macro'

interface Props {
  readonly title: string
  readonly counts: Readonly<Record<string, number>>
  /** By name; a name without words stands as it is. */
  readonly words: Readonly<Record<string, string>>
  readonly total?: number
}

/** Numbers by name, the largest first; nothing where there are none. */
export function Counts({ title, counts, words, total }: Props) {
  const { i18n } = useLingui()
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a)
  if (rows.length === 0) return null
  return (
    <table className="counts">
      <caption>{title}</caption>
      <tbody>
        {rows.map(([name, count]) => (
          <tr key={name}>
            <th scope="row">{words[name] ?? <code>{name}</code>}</th>
            <td>{i18n.number(count)}</td>
          </tr>
        ))}
      </tbody>
      {total !== undefined && (
        <tfoot>
          <tr>
            <th scope="row">
              <Trans>together</Trans>
            </th>
            <td>{i18n.number(total)}</td>
          </tr>
        </tfoot>
      )}
    </table>
  )
}
