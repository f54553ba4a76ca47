import { useParam } from '../../address.ts'
import type { AuditEntry } from '../../api/operations.ts'
import { AppLink } from '../../parts/app-link.tsx'
import { UserLink } from '../../parts/user-link.tsx'

/** What something was done to: ids of what has a screen lead there. */
export function Target({ target }: Pick<AuditEntry, 'target'>) {
  return (
    <ul className="plain-list wrapping">
      {Object.entries(target).map(([name, value]) => (
        <li key={name}>
          <span className="quiet">{name}</span> <Value name={name} value={value} />
        </li>
      ))}
    </ul>
  )
}

function Value({ name, value }: { name: string; value: string }) {
  const appID = useParam('appID')
  if (name === 'userID' && appID) return <UserLink id={value} />
  if (name === 'appID') return <AppLink id={value} />
  return <code>{value}</code>
}
