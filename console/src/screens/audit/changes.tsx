import { Trans } from '@lingui/react/macro'
import type { AuditEntry } from '../../api/operations.ts'

const MOST_OPEN = 2
const MOST_CHARS = 120

/** By member, what it was and what it became. Many, or long ones, are folded. */
export function Changes({ changes }: Pick<AuditEntry, 'changes'>) {
  const members = Object.entries(changes)
  if (members.length === 0) return null
  const list = (
    <ul className="plain-list wrapping">
      {members.map(([name, change]) => (
        <li key={name}>
          <code>{name}</code>: <Change change={change} />
        </li>
      ))}
    </ul>
  )
  if (members.length <= MOST_OPEN && JSON.stringify(changes).length <= MOST_CHARS) return list
  return (
    <details>
      <summary className="wrapping">{members.map(([name]) => name).join(', ')}</summary>
      {list}
    </details>
  )
}

function Change({ change }: { change: AuditEntry['changes'][string] }) {
  if (change === 'changed') {
    return (
      <span className="quiet">
        <Trans>changed; the value is not kept</Trans>
      </span>
    )
  }
  return (
    <>
      {change.before !== undefined && (
        <del>
          <bdi>{textOf(change.before)}</bdi>
        </del>
      )}{' '}
      {change.after !== undefined && (
        <ins>
          <bdi>{textOf(change.after)}</bdi>
        </ins>
      )}
    </>
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
