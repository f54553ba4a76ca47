import { useSyncExternalStore } from 'react'
import { cancelled } from './failure.ts'

/** `login`: the session is over. `proof`: a passkey has to be shown for this. */
export type Demand = 'login' | 'proof'

export interface Gate {
  readonly demand: Demand
  readonly answered: Promise<void>
  readonly open: () => void
  readonly refuse: () => void
}

let gate: Gate | undefined
const watchers = new Set<() => void>()

/** Waits until the person has logged in or shown a passkey; calls that wait meanwhile share one dialog. */
export async function demand(what: Demand): Promise<void> {
  if (gate && gate.demand !== what) await gate.answered
  gate ??= makeGate(what)
  tell()
  await gate.answered
}

/** The dialog that calls wait for. */
export const useGate = (): Gate | undefined =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => gate,
  )

function makeGate(what: Demand): Gate {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const close = (settle: () => void) => () => {
    gate = undefined
    tell()
    settle()
  }
  return { demand: what, answered: promise, open: close(resolve), refuse: close(() => reject(cancelled())) }
}

function tell(): void {
  for (const watcher of watchers) watcher()
}
