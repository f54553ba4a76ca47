import { useSyncExternalStore } from 'react'

let said = ''
const watchers = new Set<() => void>()

/** Has a screen reader say what happened. The same said twice is two things. */
export function announce(text: string): void {
  said = said === text ? `${text}\u00a0` : text
  for (const watcher of watchers) watcher()
}

/** Where announcements stand. */
export function Announcer() {
  const text = useSyncExternalStore(watch, () => said)
  return (
    <p className="unseen" role="status">
      {text}
    </p>
  )
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}
