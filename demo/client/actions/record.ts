import { change, current } from '../state.ts'
import type { Exchange } from '../wire.ts'

const EXCHANGES_KEPT = 80

/** Put an exchange in its place, newest first. */
export function record(exchange: Exchange): void {
  const exchanges = [exchange, ...current().exchanges].sort((a, b) => b.at - a.at).slice(0, EXCHANGES_KEPT)
  change({ exchanges })
}
