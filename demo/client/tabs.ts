import type { Exchange } from './wire.ts'

/** What a tab tells the others. */
export type Message =
  /** Look again who is signed in at Larkspur. */
  | { kind: 'changed' }
  /** Somebody is signed in to Antiphon, or nobody any more. What another tab stored may not be seen here yet, so the message says it. */
  | { kind: 'arrived' }
  | { kind: 'left' }
  /** There is a new access token. */
  | { kind: 'refreshed' }
  | { kind: 'exchange'; exchange: Exchange }

const LOCK = 'antiphon-demo.tab'
const channel = new BroadcastChannel('antiphon-demo')

export function tell(message: Message): void {
  channel.postMessage(message)
}

export function listen(onMessage: (message: Message) => void): void {
  channel.addEventListener('message', (event: MessageEvent<Message>) => onMessage(event.data))
}

/** Be counted until this tab is closed: each tab holds the same lock, shared. */
export function join(): void {
  navigator.locks.request(LOCK, { mode: 'shared' }, () => new Promise(() => {}))
}

/** How many tabs of this browser show the demo, this one included. */
export async function countTabs(): Promise<number> {
  const { held = [] } = await navigator.locks.query()
  return Math.max(1, held.filter(({ name }) => name === LOCK).length)
}
