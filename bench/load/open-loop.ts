import { setTimeout } from 'node:timers/promises'
import { quantile } from '../report/statistics.ts'
import type { Caller } from './caller.ts'
import type { Connection } from './connection.ts'
import { runFlow } from './flow.ts'
import type { Offered } from './protocol.ts'

const TICK_MS = 1
const MAX_PROBLEMS = 3

export type Client = { readonly caller: Caller; readonly connection: Connection }

/**
 * Begins flows at a fixed rate, whether or not earlier ones have ended, and answers when all have. Each is timed from when it was due to
 * leave: time spent waiting for a free client counts, time by which the generator's own clock was late does not.
 */
export async function offer(
  clients: readonly Client[],
  ratePerSecond: number,
  seconds: number,
): Promise<Omit<Offered, 'lateProofs'>> {
  const latenciesMs: number[] = []
  const latenessMs: number[] = []
  const problems: string[] = []
  const free = [...clients]
  const waiting: number[] = []
  const flows = new Set<Promise<void>>()

  async function serve(client: Client, dueAt: number): Promise<void> {
    const end = await runFlow(client.caller, client.connection)
    if (end.kind === 'done') latenciesMs.push(performance.now() - dueAt)
    else problems.push(end.kind === 'failed' ? end.problem : 'a client had no more work')
    const next = waiting.shift()
    if (next === undefined) free.push(client)
    else await serve(client, next)
  }
  function begin(dueAt: number): void {
    const client = free.shift()
    if (!client) {
      waiting.push(dueAt)
      return
    }
    const flow = serve(client, dueAt).finally(() => flows.delete(flow))
    flows.add(flow)
  }

  const startedAt = performance.now()
  const total = Math.round(ratePerSecond * seconds)
  for (let begun = 0; begun < total && problems.length < MAX_PROBLEMS; ) {
    const now = performance.now()
    const due = Math.min(total, Math.floor(((now - startedAt) * ratePerSecond) / 1000) + 1)
    for (; begun < due; begun += 1) {
      latenessMs.push(now - startedAt - (begun * 1000) / ratePerSecond)
      begin(now)
    }
    await setTimeout(TICK_MS)
  }
  const spentMs = performance.now() - startedAt
  if (problems.length > 0) waiting.length = 0
  await Promise.all(flows)

  const sorted = latenciesMs.toSorted((a, b) => a - b)
  return {
    requests: sorted.length,
    requestsPerSecond: (sorted.length * 1000) / spentMs,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    maxMs: sorted.at(-1),
    latenessP99Ms: quantile(
      latenessMs.toSorted((a, b) => a - b),
      0.99,
    ),
    problems: problems.slice(0, MAX_PROBLEMS),
  }
}
