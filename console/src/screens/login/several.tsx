import { Trans } from '@lingui/react/macro'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSearchState } from '../../address.ts'
import type { Operation } from '../../api/call.ts'
import type { Failure } from '../../api/failure.ts'
import { Button, OperationButton } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'

interface Item {
  readonly id: string
  readonly name: string
  readonly about: ReactNode
}

interface Props<I extends Item> {
  readonly items: readonly I[] | undefined
  readonly failure: Failure | null
  readonly onRetry: () => void
  readonly create: Operation
  readonly add: ReactNode
  readonly empty: { readonly title: ReactNode; readonly text: ReactNode }
  /** Of one that is there, or of a new one. */
  readonly form: (item: I | undefined) => ReactNode
  readonly removal: (item: I) => ReactNode
}

const NEW = 'new'

/** Configurations of one kind: a list, or the form of one; which says the address. */
export function Several<I extends Item>(props: Props<I>) {
  const { items, failure, onRetry, create, add, empty, form, removal } = props
  const { search, change } = useSearchState()
  if (failure) return <ErrorNote failure={failure} onRetry={onRetry} />
  if (!items) return <Waiting />
  const chosen = items.find(({ id }) => id === search.edit)
  if (chosen || search.edit === NEW) {
    return (
      <div className="stack">
        <div>
          <Button kind="quiet" onClick={() => change({ edit: undefined })}>
            <ChevronLeft aria-hidden="true" /> <Trans>All of them</Trans>
          </Button>
        </div>
        {chosen && <h2>{chosen.name}</h2>}
        {form(chosen)}
      </div>
    )
  }
  const adding = (
    <OperationButton operation={create} kind="primary" onClick={() => change({ edit: NEW })}>
      {add}
    </OperationButton>
  )
  if (items.length === 0) {
    return (
      <EmptyState title={empty.title} action={adding}>
        {empty.text}
      </EmptyState>
    )
  }
  return (
    <div className="stack">
      <ul className="plain-list lines">
        {items.map((item) => (
          <li key={item.id} className="line">
            <div>
              <strong>
                <bdi>{item.name}</bdi>
              </strong>
              <div className="quiet">{item.about}</div>
            </div>
            <div className="buttons">
              <Button onClick={() => change({ edit: item.id })}>
                <Trans>Change</Trans>
              </Button>
              {removal(item)}
            </div>
          </li>
        ))}
      </ul>
      <div>{adding}</div>
    </div>
  )
}
