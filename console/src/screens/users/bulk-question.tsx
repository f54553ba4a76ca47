import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import type { ActionState } from '../../parts/action.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { isTyped, TypedConfirmation } from '../../parts/typed-confirmation.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import type { BulkAction } from './bulk-actions.ts'
import { GroupField } from './group-field.tsx'
import type { JobFilter } from './question.ts'
import { useCount } from './use-count.ts'

interface Props {
  readonly action: BulkAction
  readonly filter: JobFilter
  readonly state: ActionState<unknown>
  /** Is told what was chosen, before it is submitted. */
  readonly onWant: (wanted: { count: number; group: string }) => void
  readonly onSubmit: () => void
  readonly onClose: () => void
}

/** Says what will be done, and to how many. */
export function BulkQuestion({ action, filter, state, onWant, onSubmit, onClose }: Props) {
  const { t, i18n } = useLingui()
  const [group, setGroup] = useState('')
  const [text, setText] = useState('')
  const { job, failure } = useCount(action, filter, group)
  const count = filter.ids?.length ?? (job?.status === 'completed' ? job.matched : undefined)
  const needsGroup = action.action === 'add_to_group'
  const isReady = count !== undefined && count > 0 && isTyped(text, String(count)) && (!needsGroup || group !== '')
  const want = (typed: string) => {
    setText(typed)
    onWant({ count: count ?? 0, group })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) onSubmit()
  }
  return (
    <form className="stack" onSubmit={submit}>
      {needsGroup && <GroupField group={group} onChoose={setGroup} />}
      {failure && <ErrorNote failure={failure} />}
      {count === undefined ? !failure && (!needsGroup || group) && <Waiting /> : <Whom count={count} />}
      <p>{i18n._(action.explain)}</p>
      <p className="quiet">{i18n._(action.undo)}</p>
      {count !== undefined && count > 0 && <TypedConfirmation wanted={String(count)} text={text} onType={want} />}
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      <div className="buttons">
        <Button
          type="submit"
          kind={action.isDangerous ? 'danger' : 'primary'}
          isBusy={state.kind === 'doing'}
          {...(!isReady && { reason: t`Type the number of users first.` })}
        >
          {i18n._(action.label)}
        </Button>
        <Button onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  )
}

function Whom({ count }: { count: number }) {
  return (
    <p>
      <strong>
        <Plural value={count} _0="This means nobody." one="This means # user." other="This means # users." />
      </strong>
    </p>
  )
}
