import { useRef, useState } from 'react'
import { asFailure, type Failure } from '../api/failure.ts'

export type ActionState<T> =
  | { readonly kind: 'asking' }
  | { readonly kind: 'doing' }
  | { readonly kind: 'done'; readonly said: T }
  /** What the server said instead of doing it. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** No answer came: nobody here knows whether it was done. */
  | { readonly kind: 'unknown' }

interface Action<T> {
  readonly state: ActionState<T>
  /** Does it, unless it is being done. */
  readonly run: () => void
}

/** Something that is done on the server, and what became of it. */
export function useAction<T>(act: () => Promise<T>): Action<T> {
  const [state, setState] = useState<ActionState<T>>({ kind: 'asking' })
  const isRunning = useRef(false)
  const run = async () => {
    if (isRunning.current) return
    isRunning.current = true
    setState({ kind: 'doing' })
    setState(await outcomeOf(act))
    isRunning.current = false
  }
  return { state, run }
}

async function outcomeOf<T>(act: () => Promise<T>): Promise<ActionState<T>> {
  try {
    return { kind: 'done', said: await act() }
  } catch (error) {
    const failure = asFailure(error)
    if (failure.isCancelled) return { kind: 'asking' }
    return failure.isLost ? { kind: 'unknown' } : { kind: 'refused', failure }
  }
}
