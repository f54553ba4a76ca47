import { Trans, useLingui } from '@lingui/react/macro'
import type { Domain } from '../../api/operations.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ScrollRegion } from '../../parts/scroll-region.tsx'

/** The records that show whose the name is, to be copied. */
export function Records({ domain }: { domain: Domain }) {
  const { t } = useLingui()
  const records = [
    { type: 'CNAME', name: domain.domain, value: domain.cname_record },
    { type: 'TXT', name: domain.txt_record.name, value: domain.txt_record.value },
  ]
  return (
    <div className="stack">
      <p>
        <Trans>Set the CNAME. Where the name has an address of its own instead, set the TXT besides.</Trans>
      </p>
      <ScrollRegion label={t`Records of ${domain.domain}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <Trans>Type</Trans>
              </th>
              <th scope="col">
                <Trans>Name</Trans>
              </th>
              <th scope="col">
                <Trans>Value</Trans>
              </th>
            </tr>
          </thead>
          <tbody>
            {records.map(({ type, name, value }) => (
              <tr key={type}>
                <td>{type}</td>
                <Copied text={name} />
                <Copied text={value} />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  )
}

function Copied({ text }: { text: string }) {
  return (
    <td>
      <code>{text}</code> <CopyButton text={text} />
    </td>
  )
}
