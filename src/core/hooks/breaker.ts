import { newBoundedCache } from '../../crypto/bounded-cache.ts'

const FAILURES_TO_OPEN = 5
const OPEN_MS = 10_000
const KEYS_REMEMBERED = 10_000

interface Circuit {
  readonly failures: number
  readonly openUntil: number
}

/**
 * Keeps a dead hook from holding requests: after five failures in a row nobody calls for ten seconds, then one call may try. Each process
 * judges for itself.
 */
export function breaker() {
  const circuits = newBoundedCache<Circuit>(KEYS_REMEMBERED)
  return {
    mayCall(key: string, now: number): boolean {
      const circuit = circuits.find(key)
      if (!circuit) return true
      if (now < circuit.openUntil) return false
      // The trial after an open time: everybody else waits for its result.
      if (circuit.failures >= FAILURES_TO_OPEN) circuits.insert(key, { ...circuit, openUntil: now + OPEN_MS })
      return true
    },
    /** How a call ended. */
    note(key: string, healthy: boolean, now: number): void {
      const failures = healthy ? 0 : (circuits.find(key)?.failures ?? 0) + 1
      circuits.insert(key, { failures, openUntil: failures >= FAILURES_TO_OPEN ? now + OPEN_MS : 0 })
    },
  }
}
