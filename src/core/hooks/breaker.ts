const FAILURES_TO_OPEN = 5
const OPEN_MS = 10_000
const MAX_UNDER_WAY = 64
const KEYS_REMEMBERED = 10_000

interface Circuit {
  failures: number
  openUntil: number
  underWay: number
}

/**
 * Keeps a dead hook from holding requests: after five failures in a row nobody calls for ten seconds, then one call may try. At most 64
 * calls are under way at once. Each process judges for itself.
 */
export function breaker() {
  const circuits = new Map<string, Circuit>()
  return {
    enter(key: string, now: number): 'admitted' | 'open' | 'full' {
      const circuit = circuits.get(key) ?? { failures: 0, openUntil: 0, underWay: 0 }
      if (now < circuit.openUntil) return 'open'
      if (circuit.underWay >= MAX_UNDER_WAY) return 'full'
      // The trial after an open time: everybody else waits for its result.
      if (circuit.failures >= FAILURES_TO_OPEN) circuit.openUntil = now + OPEN_MS
      circuit.underWay += 1
      if (circuits.size >= KEYS_REMEMBERED) forgetIdle(circuits)
      circuits.set(key, circuit)
      return 'admitted'
    },
    leave(key: string, healthy: boolean, now: number): void {
      const circuit = circuits.get(key)
      if (!circuit) return
      circuit.underWay -= 1
      circuit.failures = healthy ? 0 : circuit.failures + 1
      circuit.openUntil = circuit.failures >= FAILURES_TO_OPEN ? now + OPEN_MS : 0
    },
  }
}

function forgetIdle(circuits: Map<string, Circuit>) {
  for (const [key, circuit] of circuits) if (circuit.underWay === 0) circuits.delete(key)
}
