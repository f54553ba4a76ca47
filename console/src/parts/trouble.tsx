import { lost } from '../api/failure.ts'
import type { ActionState } from './action.ts'
import { Unknown } from './action-dialog.tsx'
import { ErrorNote } from './error-note.tsx'

interface Props {
  readonly state: ActionState<unknown>
  /** Whether it changes nothing, so that it may be tried again at once. */
  readonly isReading?: boolean
}

/** What became of an action that did not become what it should. */
export function Trouble({ state, isReading = false }: Props) {
  if (state.kind === 'refused') return <ErrorNote failure={state.failure} />
  if (state.kind === 'unknown') return isReading ? <ErrorNote failure={lost()} /> : <Unknown />
  return null
}
